"""Every kind of vector store finds what a comparison with all vectors finds: FAISS, Milvus and Chroma."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from core.store.vector_servers import scoped_search
from core.store.vector_servers.choice import StoreChoice
from tests.builders.catalogues import unit_vectors
from tests.builders.vector_servers import VectorServer
from tests.core.store.vector_servers.conftest import DIMENSION, StoredLibrary, store_of

pytestmark = pytest.mark.slow
DOCUMENTS = 300
SHARES = (0.01, 0.1, 0.5)
Make = Callable[[StoreChoice], StoredLibrary]


def test_a_store_finds_the_nearest_before_and_after_changes(
    server: VectorServer | None, library_in: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = library_in(store_of(server))
    contents = library.add(range(DOCUMENTS))
    library.sent()
    assert len(library.index_set.vectors) == 3 * DOCUMENTS
    queries = unit_vectors(list(range(5)), DIMENSION, seed=7)
    draw = np.random.default_rng(1)
    filters = [draw.choice(contents, int(share * DOCUMENTS), replace=False) for share in SHARES]

    def check() -> None:
        for query in queries:
            assert library.found(query, 20) == library.expected(query, 20)
            for some in filters:  # they come before the best are chosen
                assert library.found(query, 20, some) == library.expected(query, 20, some)
        assert library.found(queries[0], 5, np.zeros(0, np.int64)) == []

    check()
    [(best, cosine)] = library.index_set.vectors.search(queries[0], 1)
    [(_, rows)] = library.catalogue.vectors.read(library.index_set.model_id, np.array([best]))
    assert cosine == pytest.approx(float(rows[0] @ queries[0]), abs=0.002)
    library.delete(range(0, DOCUMENTS, 3))
    library.sent()
    assert len(library.index_set.vectors) == 2 * DOCUMENTS
    check()
    library.add(range(DOCUMENTS, DOCUMENTS + 20))
    library.sent()
    check()
    library.close()
    library.open()
    library.sent()
    check()
    sample = library.index_set.vectors.sample(50)
    assert len(sample) == 50
    assert set(sample.tolist()) <= set(library.catalogue.vectors.ids(library.index_set.model_id).tolist())
    if server is not None:  # more candidates than one expression may have: in parts, or among more rows
        database = library.index_set.vectors._database  # type: ignore[union-attr]
        monkeypatch.setattr(database, "max_values", 7)
        check()
        monkeypatch.setattr(scoped_search, "OVERFETCH", 1)
        check()
