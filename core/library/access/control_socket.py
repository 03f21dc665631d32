"""How other commands of the same person reach the engine of an open library, instead of starting a second one."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.settings import Settings

NAME = "door"
PATIENCE = 10.0  # seconds that who asks waits
HEARING = 2.0  # seconds that who answers does
LOADING, ASKING = 60.0, 0.5  # seconds that who searches waits for an engine that starts, and between two questions
LONGEST = 65_536

Answer = Callable[[str], dict[str, Any]]


class ControlSocket:
    """A socket in the library's own folder, which only its owner may enter; `answer` is called on the door's thread."""

    def __init__(self, root: Path, answer: Answer) -> None:
        self._path = root / NAME
        self._answer = answer
        self._socket = socket.socket(socket.AF_UNIX)
        self._thread = threading.Thread(target=self._serve, name="door", daemon=True)
        self._is_open = False
        with contextlib.suppress(OSError), _short(root) as name:  # some disks have no sockets: then there is no door
            self._path.unlink(missing_ok=True)
            self._socket.bind(name)
            self._path.chmod(0o600)
            self._socket.listen()
            self._thread.start()
            self._is_open = True

    def close(self) -> None:
        """Let nobody in any more; whoever is answered at the moment is answered."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread
        self._socket.close()
        if self._is_open:
            self._is_open = False  # by the next time it may be another program's door
            self._thread.join()
            self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            with line, contextlib.suppress(OSError):  # who asked may go away
                line.settimeout(HEARING)
                with line.makefile("rb") as questions:
                    question = questions.readline(LONGEST).decode("utf-8", "replace").strip()
                line.sendall(json.dumps(self._answer(question)).encode() + b"\n")


def ask(root: Path, question: str) -> dict[str, Any] | None:
    """What the program that has the library open answers; None if there is none, or it does not answer."""
    try:
        with socket.socket(socket.AF_UNIX) as line, _short(root) as name:
            line.settimeout(PATIENCE)
            line.connect(name)
            line.sendall(f"{question}\n".encode())
            with line.makefile("rb") as answers:
                answer = json.loads(answers.readline(LONGEST))
    except (OSError, ValueError):
        return None
    return answer if isinstance(answer, dict) else None


def borrowed(root: Path, settings: Settings) -> Settings | None:
    """Settings to use the engine of the program that has the library open; the same ones if there is no such program.

    Waits some time while a large model is being loaded there; None if its card has no engine to share after that.
    """
    end, pause = time.monotonic() + LOADING, threading.Event()
    while (answer := ask(root, "endpoint")) is not None:
        if "base_url" in answer:
            return replace(settings, engine="remote", remote_url=answer["base_url"], remote_key=answer["api_key"])
        if settings.engine != "sglang":
            break  # there is room for two
        if answer.get("state") == "failed" or time.monotonic() > end:
            return None
        pause.wait(ASKING)
    return settings


@contextmanager
def _short(root: Path) -> Iterator[str]:
    """A name of the socket that is never too long for one: through an open descriptor of its folder."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{NAME}"
    finally:
        os.close(descriptor)
