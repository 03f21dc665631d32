"""The state of a library: progress, folders, sizes, pauses."""

from __future__ import annotations

import dataclasses
from typing import Any

from core.api.files import checked
from core.api.json_values import model_switch_as_json
from core.api.values import Awaited, OneFolder, Pause
from core.control_socket.operation import NoValue
from core.document import RETRIEVERS
from core.errors import WaitTimeoutError
from core.events import Folder
from core.library import Library, PersonalView
from core.messages.visible import decoded

MAX_WAIT = 10.0  # seconds that one request may hold a worker of the API


def status(library: Library, _request: NoValue | None = None) -> dict[str, Any]:
    """A `Status`."""
    progress, found = library.progress(), library.problems(with_ignored=True)
    folders, unconfined = library.folders(), library.diagnostics.unconfined()
    ignored = sum(problem.ignored for problem in found)
    return {
        "library": decoded(str(library.root)),
        "lanes": {name: dataclasses.asdict(progress.retriever(name)) for name in RETRIEVERS},
        "passages": {"done": progress.passages_done, "total": progress.passages_total},
        "passages_embedded": progress.passages_embedded,
        "handover": model_switch_as_json(progress.handover),
        "engine": library.settings.engine,
        "model": library.settings.model,
        "sizes": library.diagnostics.disk_usage(),
        "folders": [decoded(folder.path) for folder in folders],
        "problems": len(found) - ignored,
        "ignored_problems": ignored,
        "by_name_only": library.diagnostics.by_name_only(),
        "readers_confined": not unconfined,
        "unconfined": unconfined,
        "ocr": dataclasses.asdict(progress.ocr),
        "folder_states": [folder_as_json(folder) for folder in folders],
    }


def progress(library: Library, _request: NoValue) -> dict[str, Any]:
    """The `Progress` of indexing."""
    return dataclasses.asdict(library.progress())


def wait(library: Library, request: Awaited) -> dict[str, Any]:
    """`Waited`. Raises what prevents it, as `Library.wait`."""
    try:
        found, done = library.wait(request.retriever, min(max(request.seconds, 0.0), MAX_WAIT)), True
    except WaitTimeoutError:
        found, done = library.progress(), False
    return {"done": done, "progress": dataclasses.asdict(found), "paused": paused(library)}


def folders(library: Library | PersonalView, _request: NoValue | None = None) -> dict[str, Any]:
    """The `Folders`."""
    return {"folders": [folder_as_json(folder) for folder in library.folders()]}


def add_folder(library: Library, request: OneFolder) -> dict[str, Any]:
    """Add a folder, or a file; returns it. Raises FolderError."""
    return folder_as_json(library.add_folder(checked(request.path)))


def remove_folder(library: Library, request: OneFolder) -> dict[str, Any]:
    """Remove a folder from the library; the files stay. Returns the `Folders` that are left. Raises FolderError."""
    library.remove_folder(checked(request.path))
    return folders(library)


def pause(library: Library, request: Pause) -> dict[str, Any]:
    """Pause indexing; returns `Paused`."""
    library.indexing.pause(request.seconds)
    return paused(library)


def resume(library: Library, _request: NoValue) -> dict[str, Any]:
    """Resume indexing; returns `Paused`."""
    library.indexing.resume()
    return paused(library)


def paused(library: Library) -> dict[str, Any]:
    """Whether indexing waits, and why: `Paused`."""
    state = library.indexing.pause_state
    return {"reason": "", "until": None} if state is None else dataclasses.asdict(state)


def folder_as_json(folder: Folder) -> dict[str, Any]:
    """A `Folder` as a JSON object."""
    return {**dataclasses.asdict(folder), "path": decoded(folder.path)}
