"""The second model beside the real engine: its vectors are kept, and a query does not wait for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.engine.server import Endpoint
from core.library.session import second_model
from core.library.session.second_model import BATCH_TEXTS, SecondModel
from core.models import ENGLISH, MULTILINGUAL
from core.store.text_vectors import FOLDER
from tests.core.engine.conftest import KEY, builtin
from tests.core.search.rank.test_second_stage import ENGLISH_TEXT, GERMAN_TEXT

pytestmark = pytest.mark.slow

QUESTION = "who has to pay for the water"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with builtin("multilingual") as engine:
        yield Endpoint(engine.url, KEY, MULTILINGUAL, second_spec=ENGLISH)


def test_english_passages_are_read_once_and_kept(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_model, "BUDGET_SECONDS", 3600.0)
    texts = [ENGLISH_TEXT, GERMAN_TEXT, "The ship is in the harbour and it is not to be used for this or that."]
    first = SecondModel(tmp_path, writable=True)
    found = first.vectors(endpoint, QUESTION, texts, {0: ["The tenant has to pay.", "It is on the hill."]})
    assert found is not None
    assert sorted(found.by_place) == [0, 2]
    assert float(found.by_place[0] @ found.query) > float(found.by_place[2] @ found.query)
    assert {place: vectors.shape for place, vectors in found.sentences.items()} == {0: (2, ENGLISH.dimension)}
    first.close()
    (kept,) = (tmp_path / FOLDER).iterdir()
    size = kept.stat().st_size
    again = SecondModel(tmp_path, writable=True)
    monkeypatch.setattr(second_model, "BUDGET_SECONDS", -1)  # nothing new is read
    same = again.vectors(endpoint, QUESTION, texts, {0: ["The tenant has to pay.", "It is not known yet."]})
    assert same is not None
    assert np.allclose(same.by_place[0], found.by_place[0])
    assert same.sentences == {}
    assert kept.stat().st_size == size
    again.clear()
    assert list(tmp_path.iterdir()) == []
    again.close()


def test_what_is_not_read_in_time_is_left_out(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_model, "BUDGET_SECONDS", -1)
    texts = [f"{ENGLISH_TEXT} It is the number {number} of them." for number in range(2 * BATCH_TEXTS)]
    second = SecondModel(tmp_path, writable=False)
    found = second.vectors(endpoint, QUESTION, texts, {})
    assert found is not None
    assert found.by_place == {}
    second.close()
    assert not (tmp_path / FOLDER).exists()


def test_other_languages_and_engines_without_one_are_left_alone(endpoint: Endpoint, tmp_path: Path) -> None:
    second = SecondModel(tmp_path, writable=True)
    assert second.vectors(endpoint, "wer muss das Wasser und die Miete bezahlen", [ENGLISH_TEXT], {}) is None
    assert second.vectors(endpoint, QUESTION, [GERMAN_TEXT], {}) is None
    assert second.vectors(Endpoint(endpoint.base_url, KEY, MULTILINGUAL), QUESTION, [ENGLISH_TEXT], {}) is None
    second.close()
