"""What the user has set: the settings of the library, and what is excluded from each folder."""

from __future__ import annotations

import dataclasses
from typing import Any

from core import settings as settings_file
from core.api.files import checked
from core.api.setting_values import SECRETS, ChangedExclusions
from core.api.values import OneFolder
from core.control_socket.operation import NoValue
from core.errors import BadInputError
from core.library import Library
from core.settings import Exclusions


def settings(library: Library, _request: NoValue | None = None) -> dict[str, Any]:
    """The `ShownSettings`."""
    return {name: value for name, value in dataclasses.asdict(library.settings).items() if name not in SECRETS}


def change_settings(library: Library, request: Any) -> dict[str, Any]:
    """Use other settings, `ChangedSettings`, from now on; returns all. Raises BadInputError for a value not allowed."""
    given = {name: value for name, value in dataclasses.asdict(request).items() if value is not None}
    changed = settings_file.from_dict({**dataclasses.asdict(library.settings), **given})
    for name, value in given.items():
        if getattr(changed, name) != value:
            raise BadInputError("api.setting", name=name, value=str(value)[:100])
    library.change_settings(changed)
    return settings(library)


def exclusions(library: Library, request: OneFolder) -> dict[str, Any]:
    """The `Exclusions` of a folder. Raises FolderError."""
    return dataclasses.asdict(library.exclusions.get(checked(request.path)))


def change_exclusions(library: Library, request: ChangedExclusions) -> dict[str, Any]:
    """Exclude something else from a folder. Raises FolderError, and BadInputError for a line that is no pattern."""
    made = Exclusions(request.patterns, request.gitignore)
    library.exclusions.change(checked(request.path), made)
    return dataclasses.asdict(made)
