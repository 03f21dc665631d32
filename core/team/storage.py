"""Keeps the team library in the user's configuration, and its token in a file that only the user can read."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import msgspec

from core import checked_json, paths
from core.errors import FindlingError, TeamLibraryError
from core.private_files import private_folder, replace_file, tighten
from core.team.library import TeamLibrary, address_of

NAME, TOKEN_NAME = "team-library.json", "team-library.token"


def load() -> TeamLibrary | None:
    """The team library; None if none was added, or the file is not in order."""
    try:
        library = msgspec.convert(checked_json.read(_path(NAME)), TeamLibrary)
        return library if library.address == address_of(library.address) else None
    except (OSError, ValueError, RecursionError, FindlingError):
        return None


def save(library: TeamLibrary) -> None:
    """Keep the team library in the place of the one before; raises TeamLibraryError."""
    try:
        private_folder(paths.config_dir())
        checked_json.write(_path(NAME), asdict(library))
    except OSError as error:
        raise TeamLibraryError("team.not_saved", path=_path(NAME)) from error


def asked_host() -> str:
    """The host that queries are sent to; "" if there is no team library, or it is left out."""
    library = load()
    return library.host if library is not None and library.is_asked else ""


def token() -> str:
    """The token of the team library; "" if there is none."""
    try:
        tighten(_path(TOKEN_NAME))
        return _path(TOKEN_NAME).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def save_token(secret: str) -> None:
    """Keep a token; raises TeamLibraryError for one that cannot be sent, too."""
    secret = secret.strip()
    if not secret.isascii() or not secret.isprintable() or " " in secret or not secret:
        raise TeamLibraryError("team.bad_token")
    try:
        private_folder(paths.config_dir())
        replace_file(_path(TOKEN_NAME), f"{secret}\n", sync=True)
    except OSError as error:
        raise TeamLibraryError("team.not_saved", path=_path(TOKEN_NAME)) from error


def forget_token() -> None:
    """Forget the token. Raises OSError."""
    _path(TOKEN_NAME).unlink(missing_ok=True)


def forget() -> None:
    """Forget the team library and its token; raises TeamLibraryError."""
    try:
        forget_token()
        checked_json.delete(_path(NAME))
    except OSError as error:
        raise TeamLibraryError("team.not_saved", path=_path(NAME)) from error


def _path(name: str) -> Path:
    return paths.config_dir() / name
