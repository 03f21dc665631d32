"""Each way of searching, measured on what was opened."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from core.cli.main import main
from core.library import Library
from core.library.measure.measure import Estimate, Measurement, methods_of
from core.settings import Settings
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, write_notes

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(engine: Running) -> Settings:
    return remote(engine, keep_judgements=True)


def test_it_tells_the_ways_of_searching_apart(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes, root = tmp_path / "notes", tmp_path / "library"
    write_notes(notes, 12)
    with Library.open(root, settings) as library:
        library.add_folder(notes)
        library.wait(timeout=120)
        measure = library.measure
        assert measure.run() == Measurement(0, 0, "english", ""), "nothing was opened yet"
        for number in range(6):
            measure.judgements.add(f"note{number}", str(notes / f"file-{number:03d}.txt"))
        measure.judgements.add("note7", str(notes / "file-001.txt"))  # not what any of them finds first
        measure.judgements.add("note8", str(notes / "gone.txt"))
        told: list[tuple[int, int]] = []
        result = measure.run(lambda done, total: told.append((done, total)))
        stop = threading.Event()
        stop.set()
        assert measure.run(stop=stop) is None
    assert result is not None
    assert told == [(done, 7) for done in range(8)]
    assert (result.queries, result.documents, result.model) == (7, 6, "english")
    assert result.is_rough
    by = {scores.method: scores for scores in result.methods}
    assert tuple(by) == methods_of(settings) == ("words", "meaning", "fused", "sentences")
    assert by["words"].first_three.mean == pytest.approx(6 / 7)
    for scores in result.methods:
        for one in (scores.ndcg, scores.mrr, scores.first_three):
            assert 0 <= one.low <= one.mean <= one.high <= 1
    assert by["sentences"].gain is None
    words = by["words"].gain
    assert words is not None
    assert words.mean == pytest.approx(by["words"].ndcg.mean - by["sentences"].ndcg.mean)

    assert main(["measure", "--json", "--library", str(root)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [scores["method"] for scores in printed["methods"]] == list(methods_of(settings))
    assert Estimate(**printed["methods"][0]["first_three"]) == by["words"].first_three
    assert main(["measure", "--library", str(root)]) == 0
    table = capsys.readouterr().out
    assert "7 searches, 6 opened documents, model english" in table
    assert "There are too few searches yet to choose by." in table


def test_each_part_of_the_order_that_there_is_is_measured_apart() -> None:
    parts = ("words", "meaning", "fused", "sentences")
    assert methods_of(Settings(model="english")) == parts
    assert methods_of(Settings(model="multilingual")) == (*parts, "second")
    assert methods_of(Settings(model="multilingual", reranker="some-reranker")) == (*parts, "second", "reranked")


def test_what_was_opened_is_exported_and_cleared(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    root, file = tmp_path / "library", tmp_path / "judgements.jsonl"
    with Library.open(root, settings) as library:
        library.measure.judgements.add("lease", "/home/ada/\udce4.pdf", 5.0)
    assert main(["measure", "--export", str(file), "--library", str(root)]) == 0
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "query": "lease",
        "path": "/home/ada/\ufffd.pdf",
        "when": 5.0,
    }
    assert main(["measure", "--export", str(tmp_path / "no" / "folder"), "--library", str(root)]) == 3
    assert "cannot be written" in capsys.readouterr().err
    assert main(["measure", "--clear", "--library", str(root)]) == 0
    assert main(["measure", "--library", str(root)]) == 1
    assert "No document was opened from a search yet" in capsys.readouterr().out
