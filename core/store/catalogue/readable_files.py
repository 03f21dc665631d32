"""What one person may read of a catalogue: on their connection, the name `files` means only that.

A temporary view of this name stands before the table, so that every query of every module sees the files that the
person may read, and no others. A document inside a file has the rule of its file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from core.rights import Person, RuleReader, allows
from core.store.catalogue.database import Database
from core.store.catalogue.files import KnownFile

# A file whose text is older than itself is left out: whoever may read it now may not have been to read it then.
VIEW = """
CREATE TEMP TABLE readable_rules (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE readable_folders (id INTEGER PRIMARY KEY);
-- -1 is MEMBER_INODE.
CREATE TEMP VIEW files AS SELECT * FROM main.files AS one
WHERE (state = 'read' OR content_id IS NULL) AND folder_id IN (SELECT id FROM temp.readable_folders)
AND CASE inode WHEN -1 THEN EXISTS (
    SELECT 1 FROM main.members JOIN main.files AS container ON container.id = container_id
    JOIN main.file_rules AS rules ON rules.file_id = container_id
    WHERE members.file_id = one.id AND container.state = 'read' AND rule_id IN (SELECT id FROM temp.readable_rules)
) ELSE EXISTS (
    SELECT 1 FROM main.file_rules AS rules
    WHERE rules.file_id = one.id AND rule_id IN (SELECT id FROM temp.readable_rules)
) END;
"""


class ReadableFiles:
    """Restricts a connection that only reads to the files of one person."""

    def __init__(self, database: Database, person: Person) -> None:
        self._db, self._person = database, person
        self._judged: dict[int, bool] = {}  # rules by number; a number never comes to mean another rule
        self._shown: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())
        with database.temporary_changes() as run:
            run(VIEW)

    @property
    def state(self) -> tuple[frozenset[int], frozenset[int]]:
        """(rules, folders) that the person may read by, as they were at the last `refresh`."""
        return self._shown

    def refresh(self) -> None:
        """Take over new rules, and look again whether the folders of the library can be reached."""
        for number, rule in self._db.execute("SELECT id, rule FROM access_rules WHERE id > ?", (self._last(),)):
            self._judged[number] = allows(rule, self._person)
        rules = frozenset(number for number, may in self._judged.items() if may)
        folders, reader = set(), RuleReader()
        for number, path in self._db.execute("SELECT id, path FROM folders"):
            above = reader.above(path)
            if above is not None and allows(above, self._person):
                folders.add(number)
        if (rules, frozenset(folders)) != self._shown:
            with self._db.temporary_changes() as run:
                run("DELETE FROM temp.readable_rules; DELETE FROM temp.readable_folders;")
                for table, numbers in (("readable_rules", rules), ("readable_folders", folders)):
                    for number in numbers:
                        run(f"INSERT INTO temp.{table} VALUES ({number:d});")  # noqa: S608 - constant names
            self._shown = rules, frozenset(folders)

    def readable_now(self, paths: Iterable[bytes]) -> set[bytes]:
        """Those of some documents that the person may read by the disk as it is at this moment.

        Not one whose file is another than the one that was read, nor one that is in no file of the view.
        """
        reader = RuleReader()
        return {path for path in set(paths) if self._is_readable_now(path, reader)}

    def _is_readable_now(self, path: bytes, reader: RuleReader) -> bool:
        row = self._db.execute(
            """SELECT container.path, container.size, container.mtime_ns, container.inode FROM files AS one
            JOIN files AS container
            ON container.id = coalesce((SELECT container_id FROM members WHERE file_id = one.id), one.id)
            WHERE one.path = ?""",
            (path,),
        ).fetchone()
        if row is None:
            return False
        found = reader.file(row[0])
        if found is None:
            return False
        status, rule = found
        now = KnownFile.of(0, status.st_size, status.st_mtime_ns, status.st_ino)
        return now == KnownFile(0, *row[1:]) and allows(rule, self._person)

    def _last(self) -> int:
        return max(self._judged, default=0)


def readable_path(person: Person, path: str) -> bool:
    """Whether a person may read a file, or list a folder, at this moment, in the library or not."""
    reader, name = RuleReader(), os.fsencode(path)
    found = reader.file(name)
    rule = reader.folder(name) if found is None else found[1]
    return rule is not None and allows(rule, person)
