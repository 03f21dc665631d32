"""What the doctor checks within the catalogue, and how each inconsistency is repaired."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.store.catalogue import second_copies
from core.store.catalogue.database import Database
from core.store.integrity import consistency, repair, rot

# The code of what the doctor reports for rows with a wrong checksum, by table.
CODES = {
    "texts": "texts",
    "text_pieces": "texts",
    "contents": "texts",
    "passages": "passages",
    "cuts": "passages",
    "vectors": "bad_vectors",
    "vector_pieces": "bad_vectors",
    "signatures": "sketches",
    "files": "files",
    "embedded": "records",
    "changes": "records",
    "counters": "records",
    "ignored_problems": "records",
    "own_dates": "records",
    "tags": "records",
    "scans": "records",
    "recognised": "records",
    "mail_headers": "records",
    "members": "records",
    "retries": "records",
    "access_rules": "records",
    "file_rules": "records",
    "containers": "records",
}

ReportProgress = Callable[[int, int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows of the catalogue that are inconsistent: the code of the message, their number, and what repairs them.

    `examples` are some of the files that they are of.
    """

    code: str
    count: int
    repair: Callable[[Database], Any]
    examples: tuple[str, ...] = ()


def findings(database: Database, report: ReportProgress, stop: Stop) -> Iterator[Finding]:
    """Every kind of inconsistent rows; ends early once `stop` returns True."""
    lists = second_copies.unsound_rows(database)
    if lists:
        yield Finding("lists", len(lists), _mend_lists)
    rotten = rot.rotten_rows(database, report, stop)
    broken = consistency.broken_contents(database, report, stop)
    broken_ids = {*broken, *(key[0] for table in ("contents", "texts", "text_pieces") for key in rotten.get(table, []))}
    of_pieces = [(model_id, passage_id) for passage_id, model_id, _ in rotten.get("vector_pieces", [])]
    bad_vectors = sorted({*consistency.bad_vectors(database), *rotten.get("vectors", []), *of_pieces})
    for code in ("passages", "sketches", "files", "records"):
        keys = {table: keys for table, keys in rotten.items() if CODES[table] == code}
        if keys:
            yield Finding(code, sum(map(len, keys.values())), partial(_drop_rotten, keys=keys))
    for code, rows, repair_rows in (
        ("texts", sorted(broken_ids), repair.drop_contents),
        ("textless", consistency.textless_files(database), repair.mark_files_waiting),
        ("cuts", consistency.miscounted_chunkings(database), repair.drop_chunkings),
        ("bad_vectors", bad_vectors, repair.drop_vectors),
        ("marks", consistency.false_embedded_marks(database), repair.drop_embedded_marks),
    ):
        if rows:
            yield Finding(code, len(rows), partial(_repair_rows, rows=rows, repair_rows=repair_rows))


def _mend_lists(database: Database) -> None:
    with database.transaction():
        second_copies.mend(database)


def _drop_rotten(database: Database, *, keys: dict[str, list[rot.Key]]) -> None:
    for table, rows in keys.items():
        repair.drop_rotten_rows(database, table, rows)


def _repair_rows(database: Database, *, rows: list[Any], repair_rows: Callable[[Database, list[Any]], None]) -> None:
    repair_rows(database, rows)
