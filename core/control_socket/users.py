"""The tokens of the people who may ask a library from other computers: a file with a user's name and a hash a line."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import threading
from contextlib import suppress
from pathlib import Path

from core.errors import BadInputError
from core.private_files import replace_file

HASH_DIGITS = 64  # of SHA-256: a token is random and long, so that nobody can try all of them

Token = tuple[str, str]  # of whom, and its hash


class UserTokens:
    """Tells whose token one is. A changed file counts at once. Any thread may call it.

    Raises BadInputError for a file that cannot be read, is no such file, or that others may read.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, ...], list[Token]] = ((), [])
        self._tokens()

    def name_of(self, token: str) -> str | None:
        """The name of the user with a token; None if nobody has it, or the file is not in order any more."""
        given, found = _hash(token), None
        with suppress(BadInputError):
            for name, known in self._tokens():
                if hmac.compare_digest(given, known):
                    found = name
        return found

    def _tokens(self) -> list[Token]:
        with self._lock:
            try:
                status = self._file.stat()
                state = status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size
                if state != self._read[0]:
                    self._read = state, read_tokens(self._file)
            except OSError as error:
                raise BadInputError("remote.users_unreadable", path=self._file) from error
            return self._read[1]


def read_tokens(file: Path) -> list[Token]:
    """The tokens in a file; raises BadInputError, and OSError."""
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise BadInputError("remote.token_readable", path=file)
    tokens = []
    try:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if len(words) != 2 or len(words[1]) != HASH_DIGITS or not set(words[1]) <= set("0123456789abcdef"):
                raise BadInputError("remote.users_line", path=file, line=number)
            tokens.append((words[0], words[1]))
    except UnicodeDecodeError as error:
        raise BadInputError("remote.users_unreadable", path=file) from error
    return tokens


def add_token(file: Path, name: str) -> str:
    """Make a token for a user, one more if they have some, and add its hash to the file; returns the token.

    Raises BadInputError.
    """
    token = secrets.token_urlsafe(32)
    try:
        before = ""
        if file.exists():
            read_tokens(file)
            before = file.read_text(encoding="utf-8")
        before += "" if not before or before.endswith("\n") else "\n"
        replace_file(file, f"{before}{name} {_hash(token)}\n")
    except OSError as error:
        raise BadInputError("remote.users_unreadable", path=file) from error
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(os.fsencode(token)).hexdigest()
