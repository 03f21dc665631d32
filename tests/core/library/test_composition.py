"""`Library` is composed of parts with few public methods each."""

from __future__ import annotations

import inspect

import pytest

from core.library.diagnostics.health import Diagnostics
from core.library.engines.manager import EngineManager
from core.library.engines.setup import EngineSetup
from core.library.folders.exclusions import FolderExclusions
from core.library.folders.folders import FolderManager
from core.library.folders.price_tag import FolderPrices
from core.library.indexing import Indexing
from core.library.library import Library
from core.library.measure.judgements import Judgements
from core.library.measure.measure import SearchMeasure
from core.library.queries import Queries
from core.library.remembered.history import History
from core.library.remembered.saved_searches import SavedSearches
from core.library.session.manager import SessionManager
from core.preview.renderer import PageRenderer

MOST = 15
PARTS = [
    Library,
    Queries,
    Indexing,
    FolderExclusions,
    FolderManager,
    FolderPrices,
    EngineManager,
    EngineSetup,
    Diagnostics,
    History,
    Judgements,
    SearchMeasure,
    SavedSearches,
    SessionManager,
    PageRenderer,
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
