"""A checksum in every row of the catalogue, kept by triggers; why and at what cost: decision 0820.

A row that an older version wrote has none (NULL) until the indexer adds it in idle time. The few rows that nothing else
could replace (folders, chunking configs, models) are kept twice.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

TEXT_COLUMNS = frozenset((
    "kind", "title", "author", "extractor", "notes", "parts", "state", "problem", "detail", "fingerprint", "name",
    "patterns", "mounts", "engine", "languages", "text", "tag", "rule",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table with checksums: the columns of its primary key, and its other columns.

    `span` is the column by whose values it is walked in parts.
    """

    name: str
    key: tuple[str, ...]
    others: tuple[str, ...]
    span: str = "id"
    kept_twice: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return self.key + self.others

    def expression(self, row: str = "") -> str:
        """SQL of the checksum that a row should have; `row` is a prefix such as "NEW."."""
        # A text that is no longer UTF-8 cannot reach a function but as bytes.
        columns = [f"CAST({row}{one} AS BLOB)" if one in TEXT_COLUMNS else f"{row}{one}" for one in self.columns]
        return f"row_checksum({', '.join(columns)})"

    def is_sound(self, row: str = "") -> str:
        """SQL that is true for a row with the right checksum, and for one that has none yet."""
        return f"({row}checksum IS NULL OR {row}checksum = {self.expression(row)})"


CHECKED_TABLES = {
    table.name: table
    for table in (
        CheckedTable(
            "folders",
            ("id",),
            ("path", "single", "connected", "inode", "patterns", "gitignore", "mounts"),
            kept_twice=True,
        ),
        CheckedTable("recipes", ("id",), ("fingerprint",), kept_twice=True),
        CheckedTable("models", ("id",), ("fingerprint", "recipe_id", "name", "dimension"), kept_twice=True),
        CheckedTable("counters", ("name",), ("value",), span="value"),
        CheckedTable(
            "files",
            ("id",),
            (
                "folder_id", "path", "size", "mtime_ns", "inode", "kind", "state", "content_id", "problem", "detail",
                "noted",
            ),
        ),
        CheckedTable(
            "contents", ("id",), ("hash", "kind", "title", "author", "extractor", "notes", "length", "parts", "let_go")
        ),
        CheckedTable("texts", ("content_id", "block"), ("data",), span="content_id"),
        CheckedTable("text_pieces", ("content_id", "block", "piece"), ("data",), span="content_id"),
        CheckedTable("signatures", ("content_id",), ("data",), span="content_id"),
        CheckedTable("cuts", ("recipe_id", "content_id"), ("passages",), span="content_id"),
        CheckedTable(
            "passages", ("id",), ("content_id", "recipe_id", "ordinal", "start", "stop", "tokens", "page", "line")
        ),
        CheckedTable("vectors", ("model_id", "passage_id"), ("data",), span="passage_id"),
        CheckedTable("vector_pieces", ("passage_id", "model_id", "piece"), ("data",), span="passage_id"),
        CheckedTable("embedded", ("model_id", "content_id"), (), span="content_id"),
        CheckedTable("changes", ("number",), ("recipe_id", "content_id", "added"), span="number"),
        CheckedTable("ignored_problems", ("file_id",), ("problem",), span="file_id"),
        CheckedTable("own_dates", ("content_id",), ("day",), span="content_id"),
        CheckedTable("scans", ("content_id", "page"), (), span="content_id"),
        CheckedTable("tags", ("file_id", "tag"), (), span="file_id"),
        CheckedTable(
            "recognised",
            ("number",),
            ("hash", "page", "engine", "languages", "text", "places", "problem"),
            span="number",
        ),
        CheckedTable("mail_headers", ("content_id",), ("recipients", "thread"), span="content_id"),
        CheckedTable("retries", ("file_id",), ("count",), span="file_id"),
        CheckedTable("access_rules", ("id",), ("rule",)),
        CheckedTable("file_rules", ("file_id",), ("rule_id",), span="file_id"),
        CheckedTable("containers", ("file_id",), ("generation", "read_to", "mark"), span="file_id"),
        CheckedTable("members", ("file_id",), ("container_id", "parent_id", "place", "generation"), span="file_id"),
    )
}  # fmt: skip
# The tables that are made with their checksum.
ADDED_LATER = frozenset((
    "ignored_problems", "own_dates", "scans", "recognised", "tags", "containers", "members", "mail_headers", "retries",
    "text_pieces", "vector_pieces", "access_rules", "file_rules",
))  # fmt: skip
KEPT_TWICE = tuple(table for table in CHECKED_TABLES.values() if table.kept_twice)


def row_checksum(*values: object) -> int:
    """The CRC-32 of a row's values, as a signed number of 32 bits; registered in SQLite under this name."""
    checksum = 0
    for value in values:
        data = value if isinstance(value, bytes) else b"%d" % value if type(value) is int else repr(value).encode()
        checksum = zlib.crc32(data, zlib.crc32(b"%d " % len(data), checksum))
    return checksum - ((checksum & 0x8000_0000) << 1)


def migration() -> str:
    """The SQL that adds the checksums, as it was released; a change of the tables is another migration."""
    return "\n".join(add_checksum(name) for name in CHECKED_TABLES if name not in ADDED_LATER)


def add_checksum(table_name: str) -> str:
    """The SQL that adds its checksum to a table that is there without one."""
    table = CHECKED_TABLES[table_name]
    name = table.name
    same_row = " AND ".join(f"{column} = NEW.{column}" for column in table.key)
    update = f"UPDATE {name} SET checksum = {table.expression('NEW.')} WHERE {same_row};"
    copy = f"INSERT OR REPLACE INTO {name}_copy SELECT * FROM {name} WHERE {same_row};" if table.kept_twice else ""
    script = f"""
    ALTER TABLE {name} ADD COLUMN checksum INTEGER;
    CREATE TRIGGER {name}_inserted AFTER INSERT ON {name} BEGIN {update} {copy} END;
    CREATE TRIGGER {name}_updated AFTER UPDATE OF {", ".join(table.columns)} ON {name} BEGIN {update} {copy} END;
    """
    if table.kept_twice:
        columns = ", ".join(f"{column} ANY" for column in table.others)
        script += f"""
        CREATE TABLE {name}_copy (id INTEGER PRIMARY KEY, {columns}, checksum INTEGER) STRICT;
        CREATE TRIGGER {name}_deleted AFTER DELETE ON {name} BEGIN DELETE FROM {name}_copy WHERE id = OLD.id; END;
        UPDATE {name} SET id = id;
        """
    return script
