"""A map of query vectors is learnt from what was opened, and used only where it helps with queries left out."""

from __future__ import annotations

import json
import random
import threading
from pathlib import Path

import pytest

from core.cli.main import main
from core.embed.query_adapter import NAME
from core.errors import LibraryLockedError
from core.library import Library
from core.library.measure import training
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote

pytestmark = pytest.mark.slow

SUBJECTS = 40


@pytest.fixture
def root(engine: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library in which each subject has a letter and a draft, and a query ("... wanted") names neither."""
    monkeypatch.setattr(training, "FEWEST_PAIRS", SUBJECTS)
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(SUBJECTS):
        for kind in ("letter", "draft"):
            text = f"subject{number} {kind} {kind} of the year"
            (notes / f"{kind[0]}-{number}.txt").write_text(text, encoding="utf-8")
    with Library.open(tmp_path / "library", remote(engine, keep_judgements=True)) as library:
        library.add_folder(notes)
        library.wait(timeout=120)
    return tmp_path / "library"


def open_results(library: Library, kinds: list[str]) -> None:
    for number, kind in enumerate(kinds):
        path = library.folders()[0].path + f"/{kind[0]}-{number}.txt"
        library.measure.judgements.add(f"subject{number} wanted", path)


def test_it_learns_what_is_always_wanted(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Library.open(root) as library:
        open_results(library, ["letter"] * (SUBJECTS - 1))
        few = library.measure.training.run()
        assert few == training.Training(SUBJECTS - 1, SUBJECTS)
        open_results(library, ["letter"] * SUBJECTS)
        stop = threading.Event()
        stop.set()
        assert library.measure.training.run(stop=stop) is None
    assert not (root / NAME).exists()
    assert main(["measure", "--learn", "--json", "--library", str(root)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["used"]
    assert told["pairs"] == SUBJECTS
    assert told["after"]["mean"] > told["before"]["mean"] + 0.05
    assert (root / NAME).exists()
    with Library.open(root) as library:
        first = [Path(library.search(f"subject{number} wanted")[0].path).name[0] for number in range(SUBJECTS)]
        assert first.count("l") > 0.9 * SUBJECTS
        library.measure.judgements.clear()
    assert not (root / NAME).exists()
    assert main(["measure", "--learn", "--library", str(root)]) == 1
    assert f"0 opened documents, {SUBJECTS} are needed to learn from." in capsys.readouterr().out


def test_what_does_not_help_is_not_used(root: Path) -> None:
    with Library.open(root) as library:
        open_results(library, random.Random(14).choices(["letter", "draft"], k=SUBJECTS))
        told: list[tuple[int, int]] = []
        trained = library.measure.training.run(lambda done, total: told.append((done, total)))
    assert trained is not None
    assert trained.gain is not None
    assert trained.gain.low <= 0
    assert not trained.used
    assert told[-1] == (2 * SUBJECTS - 1, 2 * SUBJECTS)
    assert not (root / NAME).exists()
    with Library.open(root, read_only=True) as library, pytest.raises(LibraryLockedError):
        library.measure.training.run()
