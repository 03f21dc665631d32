"""The embedding models, compared on what was opened."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest

from core import paths
from core.cli.main import main
from core.library import ComparedModels, Library
from core.settings import Settings
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote

pytestmark = pytest.mark.slow

TEXTS = {
    "garden.txt": "Tomato plants need water every morning in summer, and shade at noon.",
    "rent.txt": "The tenant pays the rent on the first day of each month into the landlord's account.",
    "boat.txt": "The ferry to the island leaves the harbour at half past seven.",
    "kuchen.txt": "Für den Kuchen werden Mehl, Zucker, Butter und drei Eier verrührt und gebacken.",
}
SEARCHES = {"when must the flat be paid": "rent.txt", "how is a cake made": "kuchen.txt"}


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINDLING_CACHE", str(tmp_path / "cache"))
    return paths.cache_dir()


def opened_library(root: Path, settings: Settings, documents: Path) -> Library:
    library = Library.open(root, settings)
    library.add_folder(documents)
    library.wait(timeout=120)
    for query, name in SEARCHES.items():
        library.measure.judgements.add(query, str(documents / name))
    return library


def test_each_model_embeds_the_documents_and_is_asked(
    tmp_path: Path, documents: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "library"
    told: list[tuple[int, int]] = []
    with opened_library(root, Settings(model="english", keep_judgements=True), documents) as library:
        before = library.search("harbour")
        result = library.measure.comparison.run(lambda done, total: told.append((done, total)))
        assert [hit.path for hit in library.search("harbour")] == [hit.path for hit in before]
    assert result is not None
    assert (result.queries, result.documents, result.is_rough) == (2, 4, True)
    english, multilingual = result.models
    assert (english.model, multilingual.model) == ("english", "multilingual")
    assert multilingual.ndcg.mean == 1, "a cake is asked for in English, and described in German"
    assert english.gain is None
    assert multilingual.gain is not None
    assert multilingual.gain.mean == pytest.approx(1 - english.ndcg.mean)
    assert told == sorted(told)
    assert told[-1] == (12, 12)
    assert not list(cache.glob("comparison-*")), "the copies of texts are deleted"

    assert main(["measure", "--models", "--json", "--library", str(root)]) == 0
    assert json.loads(capsys.readouterr().out)["models"][1]["first_three"]["mean"] == 1
    assert main(["measure", "--models", "--library", str(root)]) == 0
    table = capsys.readouterr().out
    assert "2 searches, 4 documents" in table
    assert "Multilingual" in table


def test_the_model_of_a_running_engine_is_compared_by_it(engine: Running, tmp_path: Path, documents: Path) -> None:
    with opened_library(tmp_path / "library", remote(engine, keep_judgements=True), documents) as library:
        result = library.measure.comparison.run()
    assert result is not None
    assert [scores.model for scores in result.models] == ["english", "multilingual"]
    assert result.models[1].ndcg.mean == 1


def test_it_is_cancelled_and_has_nothing_to_compare_without_searches(
    engine: Running, tmp_path: Path, documents: Path, cache: Path
) -> None:
    with opened_library(tmp_path / "library", remote(engine, keep_judgements=True), documents) as library:
        stop = threading.Event()
        assert library.measure.comparison.run(lambda _done, _total: stop.set(), stop) is None
        assert not list(cache.glob("comparison-*"))
        library.measure.judgements.clear()
        assert library.measure.comparison.run() == ComparedModels(0, 0)


def test_what_a_killed_program_left_is_deleted(engine: Running, tmp_path: Path, documents: Path, cache: Path) -> None:
    left, running = cache / "comparison-left", cache / "comparison-running"
    for folder in (left, running):
        folder.mkdir(parents=True)
    long_ago = time.time() - 3600
    with (
        Library.open(running, remote(engine)),
        opened_library(tmp_path / "library", remote(engine, keep_judgements=True), documents) as library,
    ):
        for folder in (left, running):
            os.utime(folder, (long_ago, long_ago))
        stop = threading.Event()
        library.measure.comparison.run(lambda _done, _total: stop.set(), stop)
        assert not left.exists()
        assert running.exists()
