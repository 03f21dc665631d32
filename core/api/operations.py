"""The operations of an open library, for its control socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from core.api import files, settings, status
from core.api.pages import page
from core.api.search import facets, search, steps
from core.api.setting_values import ChangedExclusions, ChangedSettings, ShownSettings
from core.api.values import (
    Awaited,
    DocumentText,
    Explanation,
    Facet,
    Facets,
    Folders,
    OneFolder,
    OnePage,
    Pause,
    Paused,
    Problems,
    Read,
    Search,
    SearchAnswer,
    Status,
    Waited,
    Why,
)
from core.control_socket import ControlSocket
from core.control_socket.operation import Operation
from core.events import Folder, Progress
from core.library import Library
from core.settings import Exclusions

PROGRESS_SECONDS = 1.0  # between two looks at the progress


def operations_of(library: Library) -> tuple[Operation, ...]:
    """All of them."""

    def of(call: Callable[[Library, Any], Any]) -> Callable[[Any], Any]:
        return partial(call, library)

    return (
        Operation("search", "Find documents.", of(search), Search, SearchAnswer, "GET"),
        Operation(
            "search/steps", "Find documents: each better answer.", of(steps), Search, SearchAnswer, "GET", steps=True
        ),
        Operation("facets", "How many documents each value of a filter leaves.", of(facets), Facet, Facets, "GET"),
        Operation("page", "A page of a document as a picture.", of(page), OnePage, method="GET", media="image/png"),
        Operation("settings", "The settings.", of(settings.settings), response=ShownSettings, method="GET"),
        Operation("settings/change", "Change settings.", of(settings.change_settings), ChangedSettings, ShownSettings),
        Operation(
            "exclusions", "What is excluded from a folder.", of(settings.exclusions), OneFolder, Exclusions, "GET"
        ),
        Operation(
            "exclusions/change",
            "Exclude something else from a folder.",
            of(settings.change_exclusions),
            ChangedExclusions,
            Exclusions,
        ),
        Operation("status", "The state of the library.", of(status.status), response=Status, method="GET"),
        Operation("wait", "Wait until files can be found.", of(status.wait), Awaited, Waited, "GET"),
        Operation("why", "Why a file is found, or is not.", of(files.why), Why, Explanation, "GET"),
        Operation("problems", "Files that cannot be read.", of(files.problems), response=Problems, method="GET"),
        Operation("document", "A part of a document's text.", of(files.read), Read, DocumentText, "GET"),
        Operation("folders", "The folders.", of(status.folders), response=Folders, method="GET"),
        Operation("folders/add", "Add a folder or a file.", of(status.add_folder), OneFolder, Folder),
        Operation("folders/remove", "Remove a folder.", of(status.remove_folder), OneFolder, Folders),
        Operation("pause", "Pause indexing.", of(status.pause), Pause, Paused),
        Operation("resume", "Resume indexing.", of(status.resume), response=Paused),
        Operation(
            "progress",
            "The progress of indexing, each time that it changes.",
            of(status.progress),
            response=Progress,
            method="GET",
            every=PROGRESS_SECONDS,
        ),
    )


@contextmanager
def registered(control: ControlSocket, library: Library) -> Iterator[None]:
    """Answer for a library meanwhile."""
    answered = operations_of(library)
    control.register(*answered)
    try:
        yield
    finally:
        control.unregister(*answered)
