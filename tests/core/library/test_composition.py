"""`Library` is composed of parts with few public methods each."""

from __future__ import annotations

import inspect

import pytest

from core.library.diagnostics.health import Diagnostics
from core.library.engines.manager import EngineManager
from core.library.engines.setup import EngineSetup
from core.library.folders.exclusions import FolderExclusions
from core.library.folders.folders import FolderManager
from core.library.indexing import Indexing
from core.library.library import Library
from core.library.queries import Queries
from core.library.session.manager import SessionManager

MOST = 15
PARTS = [
    Library,
    Queries,
    Indexing,
    FolderExclusions,
    FolderManager,
    EngineManager,
    EngineSetup,
    Diagnostics,
    SessionManager,
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_no_part_has_many_public_methods_or_a_base_class(part: type) -> None:
    assert part.__bases__ == (object,)
    public = [name for name in vars(part) if not name.startswith("_")]
    assert len(public) <= MOST, public


def test_what_other_programs_use_is_on_the_library_itself() -> None:
    used = {"open", "add_folder", "remove_folder", "folders", "wait", "progress", "problems", "search"}
    assert used <= vars(Library).keys()
    assert list(inspect.signature(Library.search).parameters) == ["self", "text", "limit", "lanes", "closely"]
    assert list(inspect.signature(Library.wait).parameters) == ["self", "retriever", "timeout"]
