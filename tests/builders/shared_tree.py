"""A folder of many people's files with random rights, and who may open which of them, by trying to."""

from __future__ import annotations

import json
import os
import random
import struct
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from core.rights import Person
from tests.builders.archives import zipped
from tests.builders.documents import pdf
from tests.builders.mailboxes import letter, mailbox_of

PEOPLE, GROUPS = 5, 40
FIRST_USER, FIRST_GROUP = 21_000, 31_000
ACL = "system.posix_acl_access"
NO_ID = 0xFFFFFFFF
MODES = (0o644, 0o644, 0o640, 0o640, 0o600, 0o604, 0o040, 0o060, 0o440, 0o664, 0o000)
FOLDER_MODES = (0o755, 0o755, 0o755, 0o750, 0o751, 0o711, 0o700, 0o770, 0o071)
TOPICS = ("lease", "harbour", "bread", "engine", "garden", "invoice", "river", "winter")

# Becomes one user after the other, and tries to open each file.
TRY = """
import json, os, sys
asked = json.load(sys.stdin)
for uid, groups in asked["people"]:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.setgroups(groups); os.setgid(groups[0]); os.setuid(uid)
        may = []
        for path in asked["paths"]:
            try:
                os.close(os.open(os.fsencode(path), os.O_RDONLY | os.O_NONBLOCK))
                may.append("1")
            except OSError:
                may.append("0")
        with open(writer, "w") as out:
            out.write("".join(may))
        os._exit(0)
    os.close(writer)
    with open(reader) as answer:
        print(answer.read())
    os.waitpid(child, 0)
"""


def people(source: random.Random) -> list[Person]:
    """Some people, each in some of the groups."""
    groups = range(FIRST_GROUP, FIRST_GROUP + GROUPS)
    return [
        Person(f"person{number}", FIRST_USER + number, frozenset(source.sample(groups, 9))) for number in range(PEOPLE)
    ]


def who_may_open(asked: Iterable[Person], paths: Iterable[str]) -> dict[str, set[str]]:
    """The files among `paths` that each person can open, by name: found by a process that becomes them."""
    asked, listed = list(asked), list(paths)
    given = {"people": [(one.uid, sorted(one.groups)) for one in asked], "paths": listed}
    run = subprocess.run(
        [sys.executable, "-c", TRY], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    lines = run.stdout.split("\n")
    return {
        person.name: {path for path, may in zip(listed, line, strict=True) if may == "1"}
        for person, line in zip(asked, lines, strict=False)
    }


def acl(entries: Iterable[tuple[int, int, int]]) -> bytes:
    """An ACL as the extended attribute has it, of (tag, bits, id)."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def random_acl(source: random.Random) -> bytes:
    """Named users and groups with random bits, and a mask."""

    def bits() -> int:
        return source.choice((7, 5, 4, 4, 0, source.randrange(8)))

    users = sorted(source.sample(range(FIRST_USER, FIRST_USER + PEOPLE), source.randrange(3)))
    groups = sorted(source.sample(range(FIRST_GROUP, FIRST_GROUP + GROUPS), source.randrange(5)))
    named_users = [(2, bits(), one) for one in users]
    named_groups = [(8, bits(), one) for one in groups]
    mask, others = source.choice((7, 5, 4, 0)), bits() & 5
    return acl(
        [(1, bits(), NO_ID), *named_users, (4, bits(), NO_ID), *named_groups, (16, mask, NO_ID), (32, others, NO_ID)]
    )


def set_rights(path: Path, source: random.Random, modes: tuple[int, ...]) -> None:
    """Give a file or a folder to a random owner and group, with a random mode or ACL."""
    owner = source.choice((0, *range(FIRST_USER, FIRST_USER + PEOPLE)))
    os.chown(path, owner, source.randrange(FIRST_GROUP, FIRST_GROUP + GROUPS))
    path.chmod(source.choice((*modes, source.randrange(0o1000))))
    if source.random() < 0.25:
        os.setxattr(path, ACL, random_acl(source))


@dataclass
class SharedTree:
    """A tree of files. Each text has a word of its own (zq17x), and each name (nm17x): what an answer shows tells
    whose it is. `words` are the words in each file on disk, by path; those of its name are among them.
    """

    folder: Path
    source: random.Random
    words: dict[str, set[str]] = field(default_factory=dict)
    folders: list[Path] = field(default_factory=list)
    count: int = 0

    def fill(self, files: int) -> None:
        """Write folders and files, and then give them their rights."""
        self.folder.chmod(0o755)
        self.folders = [self.folder]
        for number in range(max(10, files // 25)):
            made = self.source.choice(self.folders[: 1 + number // 2]) / f"folder{number}"
            made.mkdir()
            self.folders.append(made)
        texts: list[tuple[str, str]] = []
        for number in range(files):
            if texts and number % 6 == 0:  # a copy
                word, text = self.source.choice(texts)
            else:
                word, text = self._text()
                texts.append((word, text))
            self.add(f".{'md' if number % 3 else 'txt'}", text.encode(), {word})
        for _ in range(max(4, files // 100)):
            self._add_containers()
        for folder in self.folders[1:]:
            if self.source.random() < 0.5:
                set_rights(folder, self.source, FOLDER_MODES)

    def add(self, ending: str, data: bytes, words: set[str]) -> Path:
        """Write one file to a random folder."""
        self.count += 1
        path = self.source.choice(self.folders) / f"nm{self.count}x{ending}"
        path.write_bytes(data)
        set_rights(path, self.source, MODES)
        self.words[str(path)] = words | {f"nm{self.count}x"}
        return path

    def move(self, count: int) -> None:
        """Move some files to other folders, with their rights."""
        for old in self.source.sample(sorted(self.words), count):
            new = self.source.choice(self.folders) / Path(old).name
            if not new.exists():
                os.rename(old, new)
                self.words[str(new)] = self.words.pop(old)

    def allowed_words(self, readable: Iterable[str]) -> set[str]:
        """All words that are in some of the files."""
        return set().union(*(self.words[path] for path in readable))

    def _text(self) -> tuple[str, str]:
        self.count += 1
        word = f"zq{self.count}x"
        about = " ".join(self.source.choice(TOPICS) for _ in range(12))
        return word, f"The {word} report. It is about {about}. It says {word} again."

    def _add_containers(self) -> None:
        """An archive, a mailbox, a PDF, and a file that is not what its name says."""
        (one, first), (two, second) = self._text(), self._text()
        self.add(".zip", zipped({f"{one}.txt": first.encode(), f"{two}.txt": second.encode()}), {one, two})
        (one, first), (two, second) = self._text(), self._text()
        self.add(".mbox", mailbox_of(letter(one, first), letter(two, second)), {one, two})
        word, text = self._text()
        self.add(".pdf", pdf([text]), {word})
        word, text = self._text()
        self.add(".docx", text.encode(), {word})
