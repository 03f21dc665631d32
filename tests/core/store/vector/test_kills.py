"""kill -9 at any moment of saving: afterwards an index equals one that is made anew from the catalogue."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import paths
from core.store.catalogue.catalogue import Catalogue
from core.store.vector import coarse, coarse_scan
from core.store.vector.index import VectorIndex
from tests.builders.catalogues import model_spec, unit_vectors
from tests.core.store.vector.saving_process import DIMENSION
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kills", [5, pytest.param(20, marks=pytest.mark.long)])
def test_after_a_kill_the_index_equals_a_new_one(tmp_path: Path, kills: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coarse, "GROUP_SEGMENTS", 2)
    monkeypatch.setattr(coarse_scan, "MAX_SHARE", 1e6)  # all rows with codes are candidates
    chance = random.Random(17)
    Catalogue(tmp_path, writable=True).close()
    had_codes = False
    for number in range(kills):
        command = [sys.executable, "-m", "tests.core.store.vector.saving_process", str(tmp_path)]
        with subprocess.Popen(command, cwd=paths.resources().parent, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            if number == kills - 1 and not had_codes:  # on a busy machine all the others may have come too early
                wait_until(lambda: any((tmp_path / "vectors").glob("*.coarse")), "codes are made")
            time.sleep(chance.uniform(0.05, 0.5))
            process.kill()
        had_codes |= any((tmp_path / "vectors").glob("*.coarse"))
        catalogue = Catalogue(tmp_path, writable=True)
        model = catalogue.vectors.model_id(model_spec(), catalogue.passages.chunking_id("one"))
        index = VectorIndex(tmp_path / "vectors" / "one.vectors", DIMENSION)
        assert index.sound_ids().tolist() == index.ids().tolist()
        index.sync(catalogue.vectors, model)
        fresh = VectorIndex(tmp_path / "fresh.vectors", DIMENSION)
        fresh.sync(catalogue.vectors, model)
        assert index.ids().tolist() == fresh.ids().tolist()
        for seed in range(5):
            query = unit_vectors([seed], DIMENSION, 7)[0]
            expected = dict(fresh.search(query, len(fresh)))
            assert dict(index.search(query, len(fresh))) == pytest.approx(expected, abs=1e-6)
        catalogue.close()
    assert len(fresh) > 0
    assert len(list((tmp_path / "vectors").glob("*.codes"))) <= 2  # one that a kill left is deleted by the next save
    assert had_codes
