"""A vector store that is away, killed, emptied or behind: nobody waits, nothing is lost, and it catches up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from core.errors import VectorStoreError
from core.store.catalogue.catalogue import CATALOGUE_NAME
from core.store.integrity.consistency import Difference
from core.store.vector_servers import vectors as server_vectors
from core.store.vector_servers.choice import StoreChoice
from core.store.vector_servers.vectors import ServerVectors
from tests.builders.catalogues import unit_vectors
from tests.builders.vector_servers import VectorServer
from tests.core.store.vector_servers.conftest import DIMENSION, StoredLibrary, running, store_of
from tests.waiting import wait_until

pytestmark = pytest.mark.slow
QUERY = unit_vectors([1], DIMENSION, seed=7)[0]
Make = Callable[[StoreChoice], StoredLibrary]


KINDS = ["milvus", "chroma"]
of_each_kind = pytest.mark.parametrize("server", KINDS, indirect=True, scope="package")


@pytest.fixture(params=KINDS)
def own_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorServer]:
    """A server that a test may kill."""
    with running(request.param, tmp_path_factory) as started:
        yield started


def is_complete(library: StoredLibrary) -> bool:
    """Whether the server has exactly what the catalogue has, and finds it."""
    vectors = library.index_set.vectors
    assert isinstance(vectors, ServerVectors)
    count = library.catalogue.vectors.count(library.index_set.model_id)
    try:
        compared = vectors.compare(library.catalogue.vectors, library.index_set.model_id, lambda: False)
    except VectorStoreError:  # its collection is just being made again
        return False
    if compared != Difference(count):
        return False
    library.sent()
    return library.found(QUERY, 10) == library.expected(QUERY, 10)


def test_a_store_killed_and_started_again_has_all_and_catches_up(
    own_server: VectorServer, library_in: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = library_in(store_of(own_server))
    library.add(range(40))
    library.sent()
    own_server.kill()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(server_vectors, "SEARCH_SECONDS", 2.0)
            with pytest.raises(VectorStoreError, match="does not answer"):
                library.found(QUERY, 5)
        library.delete(range(10))
        library.add(range(40, 60))
        wait_until(lambda: library.index_set.vectors.trouble is not None, "the trouble is known")
    finally:
        own_server.start()
    library.sent()
    assert is_complete(library)


@of_each_kind
def test_nobody_waits_for_a_store_that_hangs(
    server: VectorServer, library_in: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = library_in(store_of(server))
    library.add(range(10))
    library.sent()
    told: list[bool] = []
    library.index_set.vectors.listen(lambda: told.append(library.index_set.vectors.trouble is not None))
    server.freeze()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(server_vectors, "SEARCH_SECONDS", 0.5)
            for _ in range(2):
                with pytest.raises(VectorStoreError, match="does not answer"):
                    library.found(QUERY, 5)
        wait_until(lambda: any(told), "the trouble is told")  # what is told first may be that all is sent
        library.add(range(10, 20))
        assert library.index_set.vectors.pending  # it did not wait for the server
    finally:
        server.thaw()
    library.sent()
    assert is_complete(library)


@of_each_kind
def test_a_library_killed_while_it_sends_sends_the_rest(server: VectorServer, library_in: Make, tmp_path: Path) -> None:
    store = store_of(server)
    script = Path(__file__).with_name("uploading_process.py")
    process = subprocess.Popen(
        [sys.executable, script, tmp_path, store.kind, store.url, store.name], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout as lines:
        while int(lines.readline().split()[1]) < 20:
            pass
        process.kill()
        process.wait()
    library = library_in(store)
    library.sent()
    assert is_complete(library)


@of_each_kind
def test_a_store_that_lost_its_rows_gets_them_again(server: VectorServer, library_in: Make) -> None:
    library = library_in(store_of(server))
    library.add(range(20))
    library.sent()
    library.index_set.vectors._database.drop(30)  # type: ignore[union-attr]
    with suppress(VectorStoreError):  # unless the store was looked at in between
        library.found(QUERY, 5)
    wait_until(lambda: is_complete(library), "all rows are there again", pause=0.5)


@pytest.mark.parametrize("own_server", ["chroma"], indirect=True)  # it is nothing of the server's
def test_ids_that_a_restored_catalogue_gives_out_again_mean_the_new_passages(
    own_server: VectorServer, library_in: Make, tmp_path: Path
) -> None:
    library = library_in(store_of(own_server))
    library.add(range(10))
    library.sent()
    library.close()
    shutil.copy(tmp_path / CATALOGUE_NAME, tmp_path / "copy")
    library.open()
    library.add(range(100, 110))
    library.sent()
    library.close()
    for name in (CATALOGUE_NAME + "-wal", CATALOGUE_NAME + "-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    os.replace(tmp_path / "copy", tmp_path / CATALOGUE_NAME)
    own_server.kill()  # so that the new passages come before the old ones could be deleted
    try:
        library.open()
        contents = library.add(range(200, 203))
        ids = library.catalogue.vectors.ids(library.index_set.model_id)[-9:]
        others = unit_vectors(ids.tolist(), DIMENSION, seed=3)
        with library.catalogue.transaction():
            library.catalogue.vectors.put(library.index_set.model_id, ids.tolist(), others)
    finally:
        own_server.start()
    library.sent()
    assert is_complete(library)
    assert library.found(others[4], 1, contents) == [ids[4]]


@of_each_kind
def test_vectors_move_between_stores_and_back(server: VectorServer, library_in: Make) -> None:
    library = library_in(StoreChoice())
    library.add(range(30))
    before = library.found(QUERY, 20)
    library.close()
    for store in (store_of(server), StoreChoice()):
        library.store = store
        library.open()
        library.sent()
        assert library.found(QUERY, 20) == before
        if store.is_server:
            library.delete(range(5))
            library.add(range(50, 60))
            library.sent()
            before = library.found(QUERY, 20)
            assert is_complete(library)
            library.close()


@of_each_kind
def test_two_libraries_on_one_server_never_meet(
    server: VectorServer, library_in: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = library_in(store_of(server))
    first.add(range(10))
    first.sent()
    first.close()
    copied = tmp_path_factory.mktemp("copy") / "library"
    shutil.copytree(first.root, copied)
    second = StoredLibrary(copied, first.store)
    try:
        second.delete(range(10))
        second.add(range(20, 25))
        second.sent()
        assert is_complete(second)
    finally:
        second.close()
    first.open()
    first.sent()
    assert is_complete(first)
    assert len(first.index_set.vectors.sample(100)) == 30
    assert np.all(first.index_set.vectors.sample(3) > 0)
