"""A team library: its name and address, what is trusted there, and where its folders are on this computer."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.errors import BadInputError

DEFAULT_PORT = 443


@dataclass(frozen=True, slots=True)
class TeamLibrary:
    """A library on another computer.

    `address` is such as https://files.example.org:8443. Its certificate is trusted if the system trusts it, or those in
    the file `certificate` (PEM), or if it has the SHA-256 `fingerprint` (hexadecimal). `folders` are pairs of a folder
    there and where it is on this computer. `is_asked` says whether questions are sent; None: not decided yet.
    """

    name: str
    address: str
    certificate: str = ""
    fingerprint: str = ""
    folders: tuple[tuple[str, str], ...] = ()
    is_asked: bool | None = None

    @property
    def host(self) -> str:
        """The host that is connected to."""
        return urlsplit(self.address).hostname or ""

    @property
    def port(self) -> int:
        """Its port."""
        return urlsplit(self.address).port or DEFAULT_PORT

    @property
    def prefix(self) -> str:
        """What stands before the path of each request, for a server behind another one."""
        return urlsplit(self.address).path

    def local_path(self, path: str) -> str | None:
        """Where a file of the server is on this computer; None if nothing says so."""
        plain = posixpath.normpath(path)
        for there, here in sorted(self.folders, key=lambda pair: -len(pair[0])):
            folder = posixpath.normpath(there)
            if plain.startswith(folder.rstrip("/") + "/"):  # the server cannot lead out of it: no ".." is left
                return posixpath.join(here, posixpath.relpath(plain, folder))
        return None


def address_of(typed: str) -> str:
    """The address that somebody typed, with https:// and without what does not belong to it; raises BadInputError."""
    text = typed.strip()
    whole = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(whole)
        port = parts.port
    except ValueError as error:
        raise BadInputError("team.bad_address", address=text) from error
    odd = parts.scheme != "https" or parts.query or parts.fragment or parts.username is not None
    if odd or not parts.hostname or not text.isprintable() or " " in text:
        raise BadInputError("team.bad_address", address=text)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"https://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"
