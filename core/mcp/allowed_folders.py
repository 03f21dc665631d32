"""Which documents an assistant may see."""

from __future__ import annotations

import os
from collections.abc import Sequence
from urllib.parse import quote, unquote_to_bytes

from core.errors import BadInputError
from core.messages.visible import visible_name
from core.search.query import parse

_SCHEME = "file://"


class AllowedFolders:
    """The folders that are allowed; without any, everything in the library is."""

    def __init__(self, folders: Sequence[str | os.PathLike[str]]) -> None:
        self.paths = tuple(os.path.realpath(folder) for folder in folders)

    def allow(self, path: str) -> bool:
        """Whether a file is in one of them, also after every link on its way."""
        return not self.paths or any(_is_in(os.path.realpath(path), folder) for folder in self.paths)

    def path_of(self, given: str) -> str:
        """The path that an assistant names, by its path or its address; raises BadInputError if it is not allowed."""
        path = os.fsdecode(unquote_to_bytes(given[len(_SCHEME) :])) if given.startswith(_SCHEME) else given
        if "\0" in path or not os.path.isabs(path):
            raise BadInputError("api.no_path", path=path)
        if not self.allow(path):
            raise BadInputError("mcp.not_allowed", path=path)
        return path

    def checked(self, query: str) -> str:
        """A query that compares with no document that is not allowed; raises BadInputError for another."""
        if self.paths:
            for path in parse(query).likes:
                self.path_of(os.path.expanduser(path))
        return query

    def narrowed(self, query: str) -> str:
        """A `checked` query within the folders; what it finds must be checked all the same.

        The folders come first, so that a quotation mark that is left open cannot make text of them.
        """
        self.checked(query)
        if not query.strip() or not self.paths or any('"' in folder for folder in self.paths):
            return query
        filters = [f'in:"{folder}"' for folder in self.paths]
        within = filters[0] if len(filters) == 1 else f"({' OR '.join(filters)})"
        return f"{within} {query}"


def shown(path: str) -> str:
    """A path as an assistant can repeat it: itself, or its address where it hides something or is no text."""
    if visible_name(path) == path:
        return path
    return f"{_SCHEME}{quote(os.fsencode(path))}"


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
