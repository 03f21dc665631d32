"""Recognising a model by its vectors: stored, published, first answer; wrong models are detected."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core import paths
from core.engine.probe.check import Endpoint, check
from core.engine.probe.reference_vectors import FirstAnswer, Published, Stored, reference_vectors
from core.errors import EngineAnswerError
from core.models import MODELS, ModelSpec
from core.models.folder import spec_in
from tests.builders import models
from tests.fakes.fake_api import fake_api
from tests.fakes.fake_engine import vector_of
from tests.fakes.reference_answers import recognised

Floats = npt.NDArray[np.float64]

QWEN3 = MODELS["qwen3-0.6b"]


FAULTS: dict[str, Callable[[Floats], Floats]] = {
    "": lambda vectors: vectors,
    "short": lambda vectors: vectors[:, :-1],
    "fewer": lambda vectors: vectors[:-1],
    "nan": lambda vectors: np.where(vectors > 0, np.nan, vectors),
    "zero": lambda vectors: 0 * vectors,
    "constant": lambda vectors: vectors[[0] * len(vectors)],
    "swapped": lambda vectors: vectors[[1, 0, *range(2, len(vectors))]],
    "long": lambda vectors: 3 * vectors,
    "other": lambda vectors: -np.roll(vectors, 1, axis=0),
    "turned": lambda vectors: np.roll(vectors, 1, axis=1),
}


@contextmanager
def fake(model_spec: ModelSpec, fault: str = "", name: str = "") -> Iterator[Endpoint]:
    """A server that knows the model's check texts, or hashes them, and spoils the vectors."""

    def answer(texts: list[str]) -> tuple[int, Any]:
        known = recognised(model_spec.name)
        vectors = [known.get(text) or vector_of(text, model_spec.dimension) for text in texts]
        rows = FAULTS[fault](np.array(vectors)).tolist()
        return 200, {"data": [{"index": at, "embedding": row} for at, row in enumerate(rows)]}

    with fake_api(answer, name=name or model_spec.name) as api:
        yield Endpoint(api.url, "key", model_spec)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    monkeypatch.setenv("FINDLING_CACHE", str(tmp_path / "cache"))
    return spec_in(str(models.write(tmp_path / "my-tiny")))


def test_who_is_recognised_by_what(own: ModelSpec) -> None:
    assert isinstance(reference_vectors(MODELS["english"]), Stored)
    assert all(isinstance(reference_vectors(MODELS[f"qwen3-{size}"]), Published) for size in ("0.6b", "4b", "8b"))
    assert isinstance(reference_vectors(own), FirstAnswer)
    assert {name for name, spec in MODELS.items() if spec.similarities} == {
        name for name in MODELS if name.startswith("qwen3")
    }


@pytest.mark.parametrize("choice", ["qwen3-0.6b", "qwen3-4b", "qwen3-8b"])
def test_a_published_model_is_recognised(choice: str) -> None:
    with fake(MODELS[choice]) as engine:
        assert check(engine) == MODELS[choice].name


def test_a_model_of_another_size_does_not_pass_by_its_likenesses() -> None:
    for name, others in (("0.6b", ("4b", "8b")), ("4b", ("8b",))):
        given = list(recognised(MODELS[f"qwen3-{name}"].name).values())
        for other in others:
            wrong = Published(MODELS[f"qwen3-{other}"]).fault(np.array(given))
            assert wrong is not None
            assert wrong.code == "probe.other_similarities"


WRONG = [
    ("short", "numbers instead of"),
    ("fewer", "vectors for"),
    ("nan", "not numbers"),
    ("zero", "empty"),
]


@pytest.mark.parametrize(
    ("fault", "sentence"), [*WRONG, ("constant", "off by"), ("swapped", "off by"), ("other", "off by")]
)
def test_a_published_model_that_is_not_it(fault: str, sentence: str) -> None:
    with fake(QWEN3, fault) as engine, pytest.raises(EngineAnswerError, match=sentence) as caught:
        check(engine)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [*WRONG, ("constant", "same vector of every text"), ("swapped", "two vectors of one text"), ("long", "length 3")],
)
def test_a_model_of_ones_own_that_makes_no_sense(own: ModelSpec, fault: str, sentence: str) -> None:
    with fake(own, fault) as engine, pytest.raises(EngineAnswerError, match=sentence) as caught:
        check(engine)
    assert caught.value.remedy
    assert not (paths.cache_dir() / "checks").exists()


def test_a_model_of_ones_own_is_remembered(own: ModelSpec) -> None:
    with fake(own) as engine:
        check(engine)
        check(engine)
        (kept,) = (paths.cache_dir() / "checks").iterdir()
        facts = json.loads(kept.read_text(encoding="utf-8"))
        assert facts["model"] == own.name
    with fake(own, "turned") as engine, pytest.raises(EngineAnswerError, match="did the first time"):
        check(engine)
    kept.write_text("{}", encoding="utf-8")
    with fake(own, "turned") as engine:
        check(engine)


def test_a_memory_that_cannot_be_written_stops_nothing(own: ModelSpec) -> None:
    paths.cache_dir().mkdir(exist_ok=True)
    (paths.cache_dir() / "checks").write_text("in the way", encoding="utf-8")
    with fake(own) as engine:
        check(engine)


@pytest.mark.parametrize(
    "name",
    [
        "Qwen/Qwen3-Embedding-0.6B",
        "/models/Qwen3-Embedding-0.6B",
        "qwen3-embedding:0.6b",
        "text-embedding-qwen3-embedding-0.6b",
        "Qwen3-Embedding-0.6B-GGUF",
    ],
)
def test_the_names_that_servers_have_for_it(name: str) -> None:
    with fake(QWEN3, name=name) as engine:
        assert check(engine) == name


@pytest.mark.parametrize("name", ["Qwen3-Embedding-4B", "all-MiniLM-L6-v2", ""])
def test_another_models_name_is_refused(name: str) -> None:
    with fake(QWEN3, name=name or "-") as engine, pytest.raises(EngineAnswerError, match=r"not Qwen3-Embedding-0\.6B"):
        check(engine)
