"""Which texts the query parser is given, for tests that hold a keystroke to one parse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.search.query import Node, parser


@contextmanager
def parsed_texts() -> Iterator[list[str]]:
    """The texts parsed inside the block, on any thread, in their order."""
    texts: list[str] = []
    parts_of = parser._parts

    def counting(text: str) -> tuple[Node, ...]:
        texts.append(text)
        return parts_of(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser, "_parts", counting)
        yield texts
