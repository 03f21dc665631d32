"""The umask: Findling writes for its user only, the programs that it starts as the user is used to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

PRIVATE = 0o077

_users: list[int] = []  # the umask before `make_private`


def make_private() -> None:
    """Write files for this user only from now on."""
    _users[:] = [os.umask(PRIVATE)]


@contextmanager
def users_umask() -> Iterator[None]:
    """The user's own umask, for a program that is started meanwhile: it would write its documents closed to others."""
    if not _users:
        yield
        return
    before = os.umask(_users[0])
    try:
        yield
    finally:
        os.umask(before)
