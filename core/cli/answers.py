"""The answers to a command: of the program that has the library open, else of the library itself, opened read-only.

Both come from the same operations (`core.api`) and are the same JSON. Light: the library is imported only if needed.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
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
        if time.monotonic() >= self._alone_until:
            try:
                answer: dict[str, Any] = json.loads(ask(self._root, "GET", path, facts))
                return answer
            except NotAnsweredError as error:
                self._tell(error)
            except RefusedError as error:
                raise refused(error) from error
            except ValueError:  # cut off
                pass
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
