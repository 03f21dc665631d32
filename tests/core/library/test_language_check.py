"""Vectors of passages without language, as an older version made them, are taken out without embedding anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.indexer.upkeep import language_check
from core.library import Library
from core.store.vector.index import VectorIndex
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until, write_notes
from tests.system.catalogue_state import connected, sent, state_of

NOTES = 3
WITH_LANGUAGE = "SELECT count(*) FROM vectors WHERE data <> zeroblob(length(data))"


def count(library: Path, sql: str) -> int:
    with connected(library) as db:
        return int(db.execute(sql).fetchone()[0])


def make_old(library: Path) -> None:
    """Give every passage a vector, in the catalogue and in the index's file, as an older version left them."""
    with connected(library) as db, db:
        vector = np.eye(1, 384, dtype="<f2").tobytes()
        db.execute("UPDATE vectors SET data = ? WHERE data = zeroblob(length(data))", (vector,))
        assert db.execute("DELETE FROM counters WHERE name LIKE 'language_check%'").rowcount == 1
    for path in (library / "vectors").iterdir():
        path.unlink()


@pytest.mark.parametrize("per_flush", [1, language_check.PER_FLUSH])
def test_they_are_taken_out_of_an_older_library(
    engine: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, per_flush: int
) -> None:
    monkeypatch.setattr(language_check, "PER_STEP", 2)
    monkeypatch.setattr(language_check, "PER_FLUSH", per_flush)
    notes, root = tmp_path / "notes", tmp_path / "library"
    write_notes(notes, NOTES)
    rows = (f"{number * 7919 % 10**6:06d} {number * 104729 % 10**9:09d}" for number in range(900))
    (notes / "digits.txt").write_text("\n".join(rows), encoding="utf-8")
    with Library.open(root, remote(engine)) as library:
        library.add_folder(notes)
        library.wait(timeout=60)
    new, sent_before = state_of(root), sent(root)
    make_old(root)
    others = [root / "vectors" / name for name in ("older.faiss", "other.vectors", "other.0123456789abcdef.codes")]
    for path in others:
        path.touch()
    assert len(state_of(root).vectors) == count(root, WITH_LANGUAGE) > sent_before > NOTES

    with Library.open(root, remote(engine)) as library:
        library.wait(timeout=60)
        until(lambda: count(root, WITH_LANGUAGE) == sent_before)
        assert not library.diagnostics.examine().ailments
        found = library.search("note1 begins", 4, lanes=("meaning",))
        assert {Path(hit.path).name for hit in found} <= {f"file-{number:03d}.txt" for number in range(NOTES)}
    assert (state_of(root), sent(root)) == (new, sent_before)
    assert not any(path.exists() for path in others)
    [file] = (root / "vectors").glob("*.vectors")
    assert len(VectorIndex(file, 384)) == sent_before

    checked = count(root, "SELECT value FROM counters WHERE name = 'language_checked'")
    assert checked == count(root, "SELECT value FROM counters WHERE name = 'language_check_end'") > 0
