"""What each of several people may ask: the operations that only read, within what they may read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

from core.api import files, status
from core.api.pages import page
from core.api.search import facets, search, steps
from core.api.values import (
    DocumentText,
    Explanation,
    Facet,
    Facets,
    Folders,
    OnePage,
    Problems,
    Read,
    Search,
    SearchAnswer,
    Status,
    Why,
)
from core.control_socket.operation import NoValue, Operation
from core.events import OcrProgress
from core.library import Library, PersonalView
from core.messages.visible import decoded
from core.rights import person_named


def operations_for(library: Library, name: str) -> tuple[Operation, ...]:
    """The operations for the user of this system with a name; their groups are looked up at each request."""

    def as_person(call: Callable[[PersonalView, Any], Any]) -> Callable[[Any], Any]:
        return partial(_as_person, library, name, call)

    return (
        Operation("search", "Find documents.", as_person(search), Search, SearchAnswer, "GET"),
        Operation("search/steps", "Each better answer.", as_person(steps), Search, SearchAnswer, "GET", steps=True),
        Operation("facets", "How many documents each value leaves.", as_person(facets), Facet, Facets, "GET"),
        Operation("page", "A page as a picture.", as_person(page), OnePage, method="GET", media="image/png"),
        Operation("status", "How much you can find.", as_person(personal_status), response=Status, method="GET"),
        Operation("why", "Why a file is found, or is not.", as_person(files.why), Why, Explanation, "GET"),
        Operation("problems", "Files that cannot be read.", as_person(files.problems), response=Problems, method="GET"),
        Operation("document", "A part of a document's text.", as_person(files.read), Read, DocumentText, "GET"),
        Operation("folders", "The folders.", as_person(status.folders), response=Folders, method="GET"),
    )


def _as_person(library: Library, name: str, call: Callable[[PersonalView, Any], Any], request: Any) -> Any:
    return call(library.for_person(person_named(name)), request)


def personal_status(view: PersonalView, _request: NoValue | None = None) -> dict[str, Any]:
    """A `Status` that counts what a person may read, and says nothing of the rest of the library or of its place."""
    counts, passages, embedded = view.counts()
    found, folders = view.problems(with_ignored=True), view.folders()
    ignored = sum(problem.ignored for problem in found)
    return {
        "library": "",
        "lanes": {name: dataclasses.asdict(one) for name, one in view.retrievers(counts).items()},
        "passages": {"done": embedded, "total": passages},
        "passages_embedded": 0,
        "handover": None,
        "engine": "",
        "model": "",
        "sizes": {},
        "folders": [decoded(folder.path) for folder in folders],
        "problems": len(found) - ignored,
        "ignored_problems": ignored,
        "by_name_only": view.diagnostics.by_name_only(),
        "readers_confined": not view.diagnostics.unconfined(),
        "unconfined": "",
        "ocr": dataclasses.asdict(OcrProgress()),
        "folder_states": [status.folder_as_json(folder) for folder in folders],
    }
