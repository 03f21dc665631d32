"""A few of the random bit flips that `python -m tests.tools.bitflips` makes by the thousand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.engine.conftest import Running, fake
from tests.core.library.conftest import remote, write_notes
from tests.tools.bitflips.__main__ import make_libraries
from tests.tools.bitflips.places import flips
from tests.tools.bitflips.trial import Expected, attempt, expected_of

pytestmark = pytest.mark.slow

KINDS = ("catalogue", "header", "lookup indexes", "schema", "settings.json", "table contents", "table files",
         "table passages", "table texts", "table vectors", "table folders", "vectors/", "words/", "words/meta.json",
         "backups/")  # fmt: skip
Library = tuple[Path, Expected]


@pytest.fixture(scope="module")
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


@pytest.fixture(scope="module")
def library(engine: Running, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library of six notes, and what it finds and holds."""
    place = tmp_path_factory.mktemp("flips")
    write_notes(place / "notes", 6)
    closed, _ = make_libraries(place, remote(engine), [place / "notes"])
    return closed, expected_of(closed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_flip_is_found_and_mended_or_without_effect(library: Library, tmp_path: Path, kind: str) -> None:
    closed, expected = library
    source = random.Random(kind)
    every = [flip for flip in flips(closed, 200, source) if flip.kind == kind]
    assert every, "there is such data"
    for flip in every[:2]:
        assert attempt(closed, tmp_path, flip, expected).fault == "", flip
