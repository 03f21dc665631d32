"""Export of what the user has set up (not of documents), and import with a plan that is shown before."""

from __future__ import annotations

import dataclasses
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core import settings as settings_file
from core.errors import BadInputError, FolderError
from core.library.access.directory import check_folder
from core.library.folders.exclusions import FolderExclusions
from core.library.folders.folders import FolderManager
from core.library.remembered.saved_searches import SavedSearches
from core.library.session.manager import SessionManager
from core.library.transfer import file_format, window_state
from core.library.transfer.file_format import ExportedFolder, ExportedSearch, ExportFile
from core.settings import Exclusions, Settings

SECRETS = ("remote_key", "vector_store_key")
ADDRESSES = (
    "remote_url",
    "vector_store_url",
    "hub_mirror",
    "proxy",
)  # which may hold a password, as in http://name:password@host
BACKUP_PREFIX = "before-import-"  # of the export that is made before an import, in the library's folder

ChangeKind = Literal["setting", "folder", "exclusions", "search", "window", "skipped"]


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One thing that an import changes: what it is called, and its value before ("" for none) and after.

    "skipped" is what cannot be taken over: a folder that is not there, a setting that this version does not know.
    """

    kind: ChangeKind
    name: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import changes, in the order of the file; `settings` are those after it, `reindexes` if they ask for it.

    Nothing is ever removed: folders, exclusions and saved searches are added to those there are.
    """

    changes: tuple[PlannedChange, ...]
    settings: Settings
    reindexes: bool
    folders: tuple[tuple[str, Exclusions], ...] = ()
    searches: tuple[ExportedSearch, ...] = ()
    window: tuple[tuple[str, str], ...] = ()


class Transfer:
    """A part of `Library`: its settings, folders, exclusions and saved searches, and what is set in the window."""

    def __init__(
        self,
        sessions: SessionManager,
        folders: FolderManager,
        exclusions: FolderExclusions,
        searches: SavedSearches,
    ) -> None:
        self._sessions, self._folders, self._exclusions, self._searches = sessions, folders, exclusions, searches

    def export(self, path: str | os.PathLike[str], *, secrets: bool = False) -> None:
        """Write the file, for this user alone; keys and passwords only with `secrets`. Raises BadInputError."""
        file_format.write(self._content(secrets=secrets), Path(path))

    def plan(self, path: str | os.PathLike[str]) -> ImportPlan:
        """What importing a file would change; nothing is changed yet. Raises BadInputError."""
        content = file_format.read(Path(path))
        changes: list[PlannedChange] = []
        settings = self._planned_settings(content, changes)
        folders = self._planned_folders(content, changes)
        searches = self._planned_searches(content, changes)
        window = _planned_window(content, changes)
        before = self._sessions.settings
        costly = ("model", "model_folder", "passage_tokens", "overlap_tokens")
        reindexes = any(getattr(before, name) != getattr(settings, name) for name in costly)
        return ImportPlan(tuple(changes), settings, reindexes, folders, searches, window)

    def apply(self, plan: ImportPlan) -> Path:
        """Change what a plan says; returns the export of what was before, in the library's folder.

        Raises as `Library.change_settings`, FolderError and BadInputError; what was changed by then stays.
        """
        copy = self._sessions.root / f"{BACKUP_PREFIX}{time.strftime('%Y-%m-%d-%H%M%S')}.json"
        file_format.write(self._content(secrets=True), copy)
        if plan.settings != self._sessions.settings:
            self._sessions.change_settings(plan.settings)
        known = {os.fsdecode(row.path) for row in self._folders.rows()}
        for folder, exclusions in plan.folders:
            if folder in known:
                self._exclusions.change(folder, exclusions)
            else:
                self._folders.add(folder, exclusions if exclusions != Exclusions() else None)
        for search in plan.searches:
            self._searches.save(search.name, search.query, notify=search.notify)
        if plan.window:
            try:
                window_state.save(dict(plan.window))
            except OSError as error:
                path = window_state.state_file()
                raise BadInputError("transfer.not_writable", path=path, reason=error.strerror) from error
        return copy

    def _content(self, *, secrets: bool) -> ExportFile:
        settings: dict[str, Any] = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in dataclasses.asdict(self._sessions.settings).items()
            if secrets or not _is_secret(name, value)
        }
        folders = tuple(
            ExportedFolder(os.fsdecode(row.path), row.exclusions.patterns, row.exclusions.gitignore)
            for row in self._folders.rows()
        )
        searches = tuple(ExportedSearch(one.name, one.query, one.notify) for one in self._searches.all())
        return ExportFile(file_format.FORMAT, file_format.VERSION, settings, folders, searches, window_state.load())

    def _planned_settings(self, content: ExportFile, changes: list[PlannedChange]) -> Settings:
        settings = self._sessions.settings
        values = dataclasses.asdict(settings)
        for name, value in content.settings.items():
            if name not in values:
                changes.append(PlannedChange("skipped", name))
                continue
            after = getattr(settings_file.from_dict({name: value}), name)
            if after != (tuple(value) if isinstance(value, list) else value):
                raise BadInputError("transfer.wrong_setting", name=name, value=_shown(value))
            if after != values[name]:
                change = PlannedChange("setting", name, _hidden(name, values[name]), _hidden(name, after))
                changes.append(change)
                settings = dataclasses.replace(settings, **{name: after})
        return settings

    def _planned_folders(self, content: ExportFile, changes: list[PlannedChange]) -> tuple[tuple[str, Exclusions], ...]:
        known = {os.fsdecode(row.path): row.exclusions for row in self._folders.rows()}
        planned = []
        for folder in content.folders:
            path, found = folder.path, Exclusions(folder.exclude, folder.gitignore)
            before = known.get(path)
            if before is None:
                try:
                    check_folder(path, self._sessions.root)
                except (FolderError, ValueError):  # a path with a null character is none
                    changes.append(PlannedChange("skipped", path))
                    continue
                changes.append(PlannedChange("folder", path, "", ", ".join(found.patterns)))
                planned.append((path, found))
                continue
            patterns = (*before.patterns, *(one for one in found.patterns if one not in before.patterns))
            merged = Exclusions(patterns, before.gitignore or found.gitignore)
            if merged != before:
                change = PlannedChange("exclusions", path, ", ".join(before.patterns), ", ".join(patterns))
                changes.append(change)
                planned.append((path, merged))
        return tuple(planned)

    def _planned_searches(self, content: ExportFile, changes: list[PlannedChange]) -> tuple[ExportedSearch, ...]:
        known = {(one.name, one.query) for one in self._searches.all()}
        new = tuple(one for one in content.saved_searches if (one.name, one.query) not in known and one.query.strip())
        changes += [PlannedChange("search", one.name, "", one.query) for one in new]
        return new


def _planned_window(content: ExportFile, changes: list[PlannedChange]) -> tuple[tuple[str, str], ...]:
    before, planned = window_state.load(), []
    for name, value in content.window.items():
        if not window_state.is_known(name) or not window_state.is_plain(value):
            changes.append(PlannedChange("skipped", name))
        elif before.get(name) != value:
            changes.append(PlannedChange("window", name, before.get(name, ""), value))
            planned.append((name, value))
    return tuple(planned)


def _is_secret(name: str, value: Any) -> bool:
    return name in SECRETS or (name in ADDRESSES and "@" in str(value))


def _hidden(name: str, value: Any) -> str:
    """A value as text, of a secret only that it is there."""
    return ("••••" if value else "") if _is_secret(name, value) else _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
