"""The people who ask, as the system's own user database knows them."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass

from core.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Person:
    """A user of this system, with the numbers of all groups that they are in."""

    name: str
    uid: int
    groups: frozenset[int]


FIRST_UID = 1000  # of people; below are accounts of the system, see login.defs(5)


def person_signing_in(name: str) -> Person:
    """The user with a name that another service vouches for. Raises BadInputError, also for accounts of the system.

    Whoever may choose names there must not become root here.
    """
    person = person_named(name)
    if person.uid < FIRST_UID:
        raise BadInputError("rights.system_account", name=name)
    return person


def person_named(name: str) -> Person:
    """The user with a name, as the system knows them at this moment. Raises BadInputError if there is none."""
    try:
        entry = pwd.getpwnam(name)
        return Person(name, entry.pw_uid, frozenset(os.getgrouplist(name, entry.pw_gid)))
    except (KeyError, OSError, ValueError) as error:
        raise BadInputError("rights.no_person", name=name) from error
