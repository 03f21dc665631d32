"""What a model would be trained on, and when it is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.main import main
from core.library import Library
from core.models.qwen3 import QUERY
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, write_notes

pytestmark = pytest.mark.slow


def model_in(folder: Path) -> Path:
    """A folder that looks like a model's."""
    folder.mkdir()
    shape = {"hidden_size": 64, "max_position_embeddings": 512}
    (folder / "config.json").write_text(json.dumps(shape), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_pairs_are_queries_with_the_passage_that_is_nearest(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes, root, model = tmp_path / "notes", tmp_path / "library", model_in(tmp_path / "model")
    write_notes(notes, 4)
    with Library.open(root, remote(engine, keep_judgements=True)) as library:
        library.add_folder(notes)
        library.wait(timeout=120)
        library.measure.judgements.add("note2 type:text", str(notes / "file-002.txt"))
        library.measure.judgements.add("type:text", str(notes / "file-002.txt"))  # nothing to train on
        (pair,) = library.measure.finetuning.pairs(QUERY)
        assert pair.query == QUERY + "note2"
        assert "note2" in pair.passage
    assert main(["finetune", str(model), str(tmp_path / "result"), "--library", str(root)]) == 3
    assert "1 opened documents are too few to train a model, 100 are needed." in capsys.readouterr().err
    assert main(["finetune", str(model), str(notes), "--library", str(root)]) == 3
    assert "is not empty" in capsys.readouterr().err
    assert main(["finetune", str(tmp_path / "none"), str(tmp_path / "result"), "--library", str(root)]) == 3
