"""A real SGLang that serves a tiny Qwen3 on the processor: documents indexed and found through it, and its answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core import tokenizers
from core.embed import Embedder
from core.engine.probe.http import Endpoint
from core.engine.sglang.runtime import RUNTIME_VARIABLE
from core.events import EngineChanged, EngineStatus, Event
from core.library import Library
from core.store.catalogue.catalogue import Catalogue
from tests.builders.random_folder import Generator
from tests.core.engine.supervised_engine import fake_runtime, members, sessions, supervised, until
from tests.system.sglang.answers import observed
from tests.system.sglang.real import Real

CLOSE = 1e-5
HALF = 3e-4  # the rounding of a number below 1 in the catalogue's sixteen bits


@dataclass(frozen=True)
class Served:
    """A library whose documents were embedded by the real server."""

    library: Library
    model: Path
    reports: list[EngineStatus]
    queries: list[str]

    @property
    def endpoint(self) -> Endpoint:
        return self.library._sessions.current.engine.wait_ready(600)


@pytest.fixture(scope="module")
def served(real: Real, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Started once; at the end it is stopped while idle, and nothing of it is left."""
    folder = tmp_path_factory.mktemp("served")
    documents = Generator(folder / "documents", files=12, seed=7)
    reports: list[EngineStatus] = []

    def hear(event: Event) -> None:
        if isinstance(event, EngineChanged):
            reports.append(event.status)

    runtime = real.runtime()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RUNTIME_VARIABLE, json.dumps({"flags": list(runtime.flags), "device": runtime.device}))
        settings = real.settings(folder / "my-tiny", passage_tokens=200)
        with Library.open(folder / "library", settings, report=hear) as library:
            library.add_folder(folder / "documents")
            library.wait("meaning", timeout=900)
            yield Served(library, folder / "my-tiny", reports, documents.queries)
            started = sessions(folder / "library")
            assert started
    assert [each for session in started for each in members(session)] == []


def embedder(endpoint: Endpoint) -> Embedder:
    return Embedder(endpoint.base_url, endpoint.api_key, endpoint.model_spec, in_flight=1)


def test_the_phases_of_its_start(served: Served) -> None:
    said = [status.detail for status in served.reports if status.state == "starting"]
    phases = ("The engine is starting", "is loading", "being allocated", "warming up")
    found = [next(at for at, words in enumerate(said) if phase in words) for phase in phases]
    assert found == sorted(found)
    ready = next(status for status in served.reports if status.state == "ready")
    assert (ready.name, ready.model, ready.restarts) == ("sglang", "my-tiny", 0)
    until(lambda: served.library._sessions.current.engine.status().memory_used > 0)  # measured every two seconds
    assert served.endpoint.api_key not in "\n".join(served.library._sessions.current.engine.log_tail(500))


def test_documents_are_indexed_with_the_vectors_of_the_reference(served: Served, real: Real) -> None:
    progress = served.library.progress()
    assert progress.meaning.waiting == 0
    assert progress.passages_done == progress.passages_total > 20
    texts, stored = _stored(served)
    expected = real.reference("embed", served.model, texts)
    made = embedder(served.endpoint)
    try:
        np.testing.assert_allclose(made.embed_passages(texts), expected, atol=CLOSE)
    finally:
        made.close()
    np.testing.assert_allclose(stored, expected, atol=HALF)


def _stored(served: Served) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Every passage's text and vector, as they are in the catalogue."""
    catalogue = Catalogue(served.library.root, writable=False)
    model_id = served.library._sessions.current.indexes().model_id
    texts, vectors = [], []
    for ids, rows in catalogue.vectors.read(model_id, catalogue.vectors.ids(model_id)):
        places = catalogue.passages.get_many([int(number) for number in ids])
        for number, row in zip(ids, rows, strict=True):
            place = places[int(number)]
            texts.append(catalogue.contents.text(place.content_id, place.start, place.stop))
            vectors.append(row)
    catalogue.close()
    return texts, np.array(vectors)


def test_what_a_document_says_is_found_by_meaning(served: Served) -> None:
    hits = served.library.search(served.queries[0], lanes=("meaning",))
    assert hits
    assert all(set(hit.lanes) == {"meaning"} for hit in hits)


def test_embedding_is_the_references(served: Served, real: Real) -> None:
    texts = ["hello world", "安装模型", "x" * 200, "The quick brown fox.\n\nTwo paragraphs, 12 words."]
    made = embedder(served.endpoint)
    try:
        vectors, query = made.embed_passages(texts), made.embed_query("hello world")
    finally:
        made.close()
    assert vectors.shape == (4, 64)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=CLOSE)
    asked = served.endpoint.model_spec.query_prefix + "hello world"
    expected = real.reference("embed", served.model, [*texts, asked])
    np.testing.assert_allclose([*vectors, query], expected, atol=CLOSE)


def test_a_text_too_long_and_an_empty_one_are_handled_before_they_are_sent(served: Served, real: Real) -> None:
    model_spec = served.endpoint.model_spec
    long = "hello world " * 2000
    made = embedder(served.endpoint)
    try:
        first, empty, whole = made.embed_passages(["hello", " \n", long])
    finally:
        made.close()
    assert not empty.any()
    sent = tokenizers.truncate(model_spec, long)
    assert len(tokenizers.load(model_spec).encode(sent, 10_000)) == 511
    np.testing.assert_allclose([first, whole], real.reference("embed", served.model, ["hello", sent]), atol=CLOSE)


def test_the_fake_answers_as_the_real_one_does(served: Served, tmp_path: Path) -> None:
    real_one = observed(served.endpoint, served.library._sessions.current.engine.log_tail(2000))
    with supervised(tmp_path, fake_runtime()) as watched:
        fake_one = observed(watched.server.wait_ready(600), watched.server.log_tail(2000))
    assert fake_one == real_one
