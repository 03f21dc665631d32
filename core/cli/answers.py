"""The answers to a command: of the program that has the library open, else of the library itself, opened read-only.

Both come from the same operations (`core.api`) and are the same JSON. Light: the library is imported only if needed.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from core import VERSION
from core.cli.console import single_line
from core.control_socket import NotAnsweredError, RefusedError, ask
from core.errors import BadInputError, FindlingError
from core.messages import tr

if TYPE_CHECKING:
    from core.api import LocalAnswers


ALONE_SECONDS = 60.0  # before a program that was of no use is asked again: it may have been replaced
SILENT_SECONDS = 2.0  # of a program, before the library is opened beside it for an answer that must not be late


class Answers:
    """Asks for a library; use as a context manager."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._local: LocalAnswers | None = None
        self._opened = ExitStack()
        self._alone_until = 0.0  # a program that has the library open is of no use
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def get(self, path: str, /, **facts: Any) -> dict[str, Any]:
        """The answer to an operation that changes nothing; raises FindlingError. Any thread may call it."""
        answer = self._of_program(path, facts)
        return self._of_library(path, facts) if answer is None else answer

    def get_first(self, path: str, /, **facts: Any) -> dict[str, Any]:
        """As `get`; beside a program that is silent for a moment, perhaps just starting, the library is opened, too.

        The first answer counts. One of the desktop must not wait until it is known whether the program hangs.
        """
        answers: SimpleQueue[dict[str, Any] | Exception | None] = SimpleQueue()

        def start(call: Callable[[str, dict[str, Any]], dict[str, Any] | None]) -> None:
            def answered() -> None:
                try:
                    answers.put(call(path, facts))
                except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
                    answers.put(error)

            threading.Thread(target=answered, name="answer", daemon=True).start()

        start(self._of_program)
        with suppress(Empty):
            answer = answers.get(timeout=SILENT_SECONDS)
            return self._of_library(path, facts) if answer is None else _checked(answer)
        start(self._of_library)
        first = answers.get()
        return _checked(first if isinstance(first, dict) else answers.get() or first)

    def _of_program(self, path: str, facts: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer of the program that has the library open; None if there is none, or it is of no use."""
        if time.monotonic() < self._alone_until:
            return None
        try:
            answer: dict[str, Any] = json.loads(ask(self._root, "GET", path, facts))
            return answer
        except NotAnsweredError as error:
            self._tell(error)
        except RefusedError as error:
            raise refused(error) from error
        except ValueError:  # cut off
            pass
        return None

    def _of_library(self, path: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            if self._local is None:
                from core.api import LocalAnswers

                self._local = self._opened.enter_context(LocalAnswers(self._root))
        return self._local.get(path, **facts)

    def _tell(self, error: NotAnsweredError) -> None:
        """Say why a program that has the library open is of no use."""
        note = ""
        if error.hangs:
            note = tr("Findling is running, but does not answer; your library is opened beside it.")
        elif error.version:
            note = tr(
                "The running Findling is version {other}, this command is version {own}. Quit it and start it again.",
                other=tr("unknown") if error.version == "?" else single_line(error.version),
                own=VERSION,
            )
        if note:
            self._alone_until = time.monotonic() + ALONE_SECONDS
            print(f"findling: {note}", file=sys.stderr)


def refused(error: RefusedError) -> FindlingError:
    """The error that the program which has the library open answered with."""
    kind = BadInputError if error.code == BadInputError.code else FindlingError
    return kind("verbatim", sentence=error.sentence, remedy=error.remedy)


def _checked(answer: dict[str, Any] | Exception | None) -> dict[str, Any]:
    if isinstance(answer, Exception):
        raise answer
    assert answer is not None, "neither the program nor the library answered"
    return answer
