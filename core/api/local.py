"""The operations on a library that no other program answers for."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Self

from core.api.operations import operations_of
from core.library import Library


class LocalAnswers:
    """Opens a library read-only and answers for it; use as a context manager. Raises as `Library.open`."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self._library = Library.open(root, read_only=True)
        self._operations = {each.path: each for each in operations_of(self._library)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._library.close()

    def get(self, path: str, /, **facts: Any) -> dict[str, Any]:
        """The answer to an operation; raises FindlingError."""
        operation = self._operations[path]
        given = {name: value for name, value in facts.items() if value is not None}
        answer: dict[str, Any] = operation.handle(operation.request(**given))
        return answer
