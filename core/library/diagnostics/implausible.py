"""Finds what is stored of documents although no reader says it: earlier versions stored whatever they were told."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import get_args

import msgspec

from core.errors import ProblemCode
from core.extract_workers.checks import MAX_COVERAGE, InvalidMessageError, check_parts, check_titles
from core.extract_workers.messages import MAX_DETAIL, DocumentFacts, parts_of
from core.library.diagnostics.catalogue_checks import Finding
from core.store.catalogue.database import Database
from core.store.integrity import repair

ENGINE_NOTE = "refused"  # a note of the embed stage, not of a reader
CONTENTS_PER_STEP = 500
EXAMPLES = 5

_BAD_PASSAGES = """SELECT DISTINCT p.content_id FROM passages AS p JOIN contents AS c ON c.id = p.content_id
    WHERE c.let_go IS NULL
    GROUP BY p.content_id, p.recipe_id HAVING min(p.start) < 0 OR max(p.stop) > c.length OR min(p.stop - p.start) < 1
    OR min(p.tokens) < 0 OR min(p.line) < 1 OR max(p.line) > c.length + 1 OR min(coalesce(p.page, 1)) < 1
    OR min(p.ordinal) <> 0 OR max(p.ordinal) <> count(*) - 1 OR sum(p.stop - p.start) > ? * c.length"""
_BAD_PROBLEMS = """SELECT id, path FROM files WHERE problem IS NOT NULL
    AND (problem NOT IN (SELECT value FROM json_each(?)) OR length(detail) > ? OR instr(detail, char(0)))"""


def findings(database: Database, report: Callable[[int, int], None], stop: Callable[[], bool]) -> Iterator[Finding]:
    """Documents with impossible titles, parts or passages, and files with impossible problems, if there are any."""
    contents = _implausible_contents(database, report, stop)
    if contents:
        paths = database.execute(
            "SELECT path FROM files WHERE content_id IN (SELECT value FROM json_each(?)) ORDER BY path LIMIT ?",
            (json.dumps(contents), EXAMPLES),
        )
        examples = tuple(os.fsdecode(row[0]) for row in paths)
        yield Finding("implausible", len(contents), lambda db: repair.drop_contents(db, contents), examples)
    rows = database.execute(_BAD_PROBLEMS, (json.dumps(get_args(ProblemCode)), MAX_DETAIL)).fetchall()
    if rows:
        files = tuple(int(row[0]) for row in rows)
        examples = tuple(os.fsdecode(row[1]) for row in rows[:EXAMPLES])
        yield Finding("unknown_problems", len(files), lambda db: _read_again(db, files), examples)


def _read_again(database: Database, files: tuple[int, ...]) -> None:
    with database.transaction():
        database.executemany(
            "UPDATE files SET state = 'waiting', problem = NULL, detail = NULL WHERE id = ?", [(one,) for one in files]
        )


def _implausible_contents(
    database: Database, report: Callable[[int, int], None], stop: Callable[[], bool]
) -> tuple[int, ...]:
    found = {int(row[0]) for row in database.execute(_BAD_PASSAGES, (MAX_COVERAGE,))}
    total = database.scalar("SELECT count(*) FROM contents WHERE let_go IS NULL")
    rows = database.execute(
        "SELECT id, length, kind, title, author, extractor, notes, parts FROM contents WHERE let_go IS NULL"
    )
    for place, row in enumerate(rows, start=1):
        if stop():
            break
        if not _is_plausible(*row[1:]):
            found.add(int(row[0]))
        if place % CONTENTS_PER_STEP == 0 or place == total:
            report(place, total)
    return tuple(sorted(found))


def _is_plausible(length: int, kind: str, title: str, author: str, extractor: str, notes: str, parts: str) -> bool:
    said = {"kind": kind, "title": title, "author": author, "extractor": extractor}
    try:
        of_reader = [note for note in notes.split() if note != ENGINE_NOTE]
        facts = msgspec.convert(said | {"notes": of_reader, "parts": json.loads(parts)}, DocumentFacts)
        check_titles(facts.title, facts.author)
        check_parts(parts_of(facts.parts), length)
    except (InvalidMessageError, ValueError, RecursionError):  # those of msgspec and json are ValueErrors
        return False
    return True
