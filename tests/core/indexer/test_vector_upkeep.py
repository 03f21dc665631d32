"""Upkeep of vectors: those of the previous model are looked after as those of the configured one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.indexer.previous_model import PreviousModelSettings
from core.indexer.stages.index import IndexStage
from core.indexer.upkeep import vector_scrub
from core.indexer.upkeep.vector_scrub import VectorScrub
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.vector import segments
from tests.builders.catalogues import put_text, unit_vectors

LINES = 30


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[IndexStage]:
    """Indexes of two models, each with a vector for every line of a document, saved."""
    with closing(Catalogue(tmp_path, writable=True)) as catalogue:
        previous = PreviousModelSettings(Settings(model="english"), can_embed=True)
        stage = IndexStage(tmp_path, catalogue, Settings(model="multilingual"), previous)
        for one in stage.index_sets:
            content = put_text(catalogue, "/made/a.txt", "\n".join(map(str, range(LINES))), one.chunking_id)
            ids = [row.id for row in catalogue.passages.of_content(content, one.chunking_id)]
            catalogue.vectors.put(one.model_id, ids, unit_vectors(ids, one.model_spec.dimension))
        stage.sync_vectors()
        stage.save_vectors()
        yield stage
        stage.close()


def test_bit_rot_in_the_vectors_of_the_previous_model_is_found_and_mended(
    stage: IndexStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_scrub, "INTERVAL", 0.0)
    monkeypatch.setattr(vector_scrub, "ROUND_INTERVAL", 0.0)
    configured, previous = stage.vector_indexes
    assert [len(configured), len(previous)] == [LINES, LINES]
    (codes,) = previous.path.parent.glob(f"{previous.path.stem}.*.codes")
    with codes.open("r+b") as file:
        file.seek(segments.PAGE + 100)
        file.write(b"\xff\x7b" * 20)
    scrub = VectorScrub()
    assert scrub.next_batch(stage.vector_indexes)
    assert [len(configured), len(previous)] == [LINES, 0]
    stage.sync_vectors()
    stage.save_vectors()
    assert [len(configured), len(previous)] == [LINES, LINES]
    assert len(previous.sound_ids()) == LINES
    assert not scrub.next_batch(stage.vector_indexes)
