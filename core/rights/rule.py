"""What the system asks before it lets somebody read a file, as one text that many files share.

A rule is a version and conditions, all of which must hold: one of the file (r), and one of each folder on the way to it
(x) that does not let everyone through. A condition has the bit of the owner, of named users, of groups, and of everyone
else; the mask of an ACL is already taken off. They are evaluated in the order of Linux (`acl_permission_check` and
`posix_acl_permission`), so an owner without the bit is refused even if everyone else has it.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from core.rights.person import Person

VERSION = "1"
EVERYONE = ""  # the condition that everyone fulfils
ROOT = 0  # may read whatever is on a disk of this machine

# The extended attribute system.posix_acl_access: a version, then entries of tag, bits and id, all little-endian
# (linux/posix_acl_xattr.h).
ACL_HEADER, ACL_ENTRY, ACL_VERSION = struct.Struct("<I"), struct.Struct("<HHI"), 2
USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 1, 2, 4, 8, 16, 32
BITS = {"r": 4, "x": 1}

Want = Literal["r", "x"]
Entries = dict[int, bool]  # whether the bit is set, by user or group


@dataclass(frozen=True, slots=True)
class _Condition:
    owner: int
    owner_may: bool
    users: Entries
    groups: Entries
    others_may: bool

    def holds(self, person: Person) -> bool:
        if person.uid == self.owner:
            return self.owner_may
        if person.uid in self.users:
            return self.users[person.uid]
        found = [may for group, may in self.groups.items() if group in person.groups]
        return any(found) if found else self.others_may


def condition_of(want: Want, status: os.stat_result, acl: bytes | None) -> str | None:
    """The condition of a file or a folder by its status and its ACL; None if the ACL cannot be understood."""
    mode, bit = status.st_mode, BITS[want]
    owner_may, group_may, others_may = (bool(mode >> shift & bit) for shift in (6, 3, 0))
    users, groups = Entries(), {status.st_gid: group_may}
    if acl is not None and mode & stat.S_IRWXG:  # with an empty mask Linux does not look at the ACL
        parsed = _entries(acl)
        if parsed is None:
            return None
        mask = next((bits for tag, bits, _ in parsed if tag == MASK), 7)
        users = {number: bool(bits & mask & bit) for tag, bits, number in parsed if tag == USER}
        groups = Entries()
        for tag, bits, number in parsed:
            if tag in {GROUP_OBJ, GROUP}:
                group = status.st_gid if tag == GROUP_OBJ else number
                groups[group] = groups.get(group, False) or bool(bits & mask & bit)
    if owner_may and others_may and all(users.values()) and all(groups.values()):
        return EVERYONE
    return ":".join((want, _text({status.st_uid: owner_may}), _text(users), _text(groups), "+" if others_may else "-"))


def rule_of(conditions: Iterable[str]) -> str:
    """The rule of some conditions."""
    return "|".join((VERSION, *sorted(set(conditions) - {EVERYONE})))


def allows(rule: str, person: Person) -> bool:
    """Whether somebody may read what has a rule; never by one that this version does not understand."""
    version, *conditions = rule.split("|")
    if version != VERSION:
        return False
    try:
        return person.uid == ROOT or all(_parsed(condition).holds(person) for condition in conditions)
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def _parsed(condition: str) -> _Condition:
    want, owner, users, groups, others = condition.split(":")
    if want not in BITS or others not in {"+", "-"}:
        raise ValueError(condition)
    ((owner_number, owner_may),) = _numbers(owner).items()
    return _Condition(owner_number, owner_may, _numbers(users), _numbers(groups), others == "+")


def _text(entries: Entries) -> str:
    return ",".join(f"{number}{'+' if may else '-'}" for number, may in sorted(entries.items()))


def _numbers(text: str) -> Entries:
    entries = Entries()
    for entry in text.split(",") if text else ():
        if entry[-1] not in "+-":
            raise ValueError(text)
        entries[int(entry[:-1])] = entry[-1] == "+"
    return entries


def _entries(acl: bytes) -> list[tuple[int, int, int]] | None:
    """(tag, bits, id) of each entry; None if it is not an ACL as it is known here."""
    body = acl[ACL_HEADER.size :]
    if len(acl) < ACL_HEADER.size or ACL_HEADER.unpack_from(acl)[0] != ACL_VERSION or len(body) % ACL_ENTRY.size:
        return None
    entries = list(ACL_ENTRY.iter_unpack(body))
    known = {USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER}
    tags = [tag for tag, _, _ in entries]
    if not known.issuperset(tags) or any(tags.count(one) != 1 for one in (USER_OBJ, GROUP_OBJ, OTHER)):
        return None
    return entries
