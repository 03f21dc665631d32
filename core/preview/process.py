"""The drawing process as the window's side sees it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import core
from core.preview import messages
from core.preview.messages import Answer
from core.processes.answering import AnsweringProcess
from core.processes.isolated import module_command

WORKER = tuple(module_command("core.preview.worker"))
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
MAX_PAYLOAD = messages.MAX_PIXELS * messages.BYTES_PER_PIXEL


class DrawingProcess(AnsweringProcess[Answer]):
    """A running drawing process; raises ProcessFailed if it cannot be started."""

    def __init__(self, command: Sequence[str] = WORKER) -> None:
        super().__init__(
            command, environment(), messages.answer, _payload_of, max_head=messages.MAX_HEAD, max_payload=MAX_PAYLOAD
        )


def _payload_of(answer: Answer) -> int:
    """The bytes that must follow an answer."""
    match answer:
        case messages.Drawn():
            if answer.width * answer.height > messages.MAX_PIXELS:
                raise EOFError("a picture that is too large")
            return answer.width * answer.height * messages.BYTES_PER_PIXEL
        case messages.Measured():
            return len(answer.text) * messages.BOX.size
    return 0


def environment(*others: str) -> dict[str, str]:
    """What the process needs of the environment: Python and its language, this installation, and other variables."""
    here = str(Path(core.__file__ or "").resolve().parent.parent)
    kept = {name: value for name, value in os.environ.items() if name in (*KEPT, *others)}
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "MALLOC_ARENA_MAX": "2"}
