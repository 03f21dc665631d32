"""Libraries whose vectors are in each kind of store."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from core.store.candidates import Candidates, PassageOwners
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import Ids, Vectors
from core.store.index_set import IndexSet
from core.store.vector_servers import vectors as server_vectors
from core.store.vector_servers.choice import StoreChoice
from tests.builders.catalogues import model_spec, put_text, unit_vectors
from tests.builders.vector_servers import VectorServer
from tests.waiting import wait_until

DIMENSION = 16
GIVEN = "FINDLING_TEST_MILVUS"  # the address of a Milvus that is running, such as a standalone one


class StoredLibrary:
    """A library of short documents, of three passages each, whose vectors are in some store."""

    def __init__(self, root: Path, store: StoreChoice) -> None:
        self.root, self.store = root, store
        self.open()

    def open(self) -> None:
        self.catalogue = Catalogue(self.root, writable=True)
        self.index_set = IndexSet(self.root, self.catalogue, model_spec(), "lines", writable=True, store=self.store)
        self.owners = PassageOwners(self.catalogue.passages)

    def close(self) -> None:
        self.index_set.close()
        self.catalogue.close()

    def add(self, names: range) -> Ids:
        """Add documents and their vectors; returns the ids of their contents."""
        contents = []
        with self.catalogue.transaction():
            for name in names:
                text = "\n".join(f"{name} line {line}" for line in range(3))
                contents.append(put_text(self.catalogue, f"/made/{name}.txt", text, self.index_set.chunking_id))
        for content in contents:
            ids = [row.id for row in self.catalogue.passages.of_content(content, self.index_set.chunking_id)]
            vectors = unit_vectors(ids, DIMENSION)
            with self.catalogue.transaction():
                self.catalogue.vectors.put(self.index_set.model_id, ids, vectors)
            self.index_set.vectors.add(np.array(ids), vectors, content)
        return np.array(contents, np.int64)

    def delete(self, names: range) -> None:
        """Delete documents, as the indexer does."""
        gone = {f"/made/{name}.txt".encode() for name in names}
        with self.catalogue.transaction():
            self.catalogue.files.remove([number for number, path in self.catalogue.files.all_paths() if path in gone])
            passages = self.catalogue.contents.retire_orphans(1.0)
        self.index_set.remove(np.array(list(passages), np.int64))

    def sent(self) -> None:
        """Wait until the store has everything."""
        vectors = self.index_set.vectors
        wait_until(lambda: not vectors.pending and vectors.trouble is None, "the store has everything")

    def scope(self, contents: Ids) -> Candidates:
        none = np.zeros(0, np.int64)
        return Candidates(none, np.sort(contents), self.owners, none)

    def expected(self, vector: Vectors, limit: int, contents: Ids | None = None) -> list[int]:
        """The nearest passages by the catalogue's own vectors, one by one."""
        ids = self.catalogue.vectors.ids(self.index_set.model_id)
        if contents is not None:
            ids = ids[np.isin(self.catalogue.vectors.contents_of(ids), contents)]
        rows = {number: row for some, rows in self.catalogue.vectors.read(self.index_set.model_id, ids)
                for number, row in zip(some.tolist(), rows, strict=True)}  # fmt: skip
        return sorted(rows, key=lambda number: -float(rows[number] @ vector))[:limit]

    def found(self, vector: Vectors, limit: int, contents: Ids | None = None) -> list[int]:
        scope = None if contents is None else self.scope(contents)
        return [number for number, _ in self.index_set.vectors.search(vector, limit, scope)]


def store_of(server: VectorServer | None) -> StoreChoice:
    """A store with a collection of its own."""
    return StoreChoice() if server is None else StoreChoice(server.kind, server.url, "", secrets.token_hex(4))


@contextmanager
def running(kind: str, folders: pytest.TempPathFactory) -> Iterator[VectorServer]:
    """A server in a new folder, which is killed at the end."""
    server = VectorServer(kind, folders.mktemp(kind))
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="package", params=["faiss", "milvus", "chroma", pytest.param("given", marks=pytest.mark.long)])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorServer | None]:
    """The server of each kind of store; None for the library's own index."""
    if request.param == "faiss":
        yield None
        return
    if request.param == "given":
        if GIVEN not in os.environ:
            pytest.skip(f"{GIVEN} names no Milvus server")
        yield VectorServer("milvus", tmp_path_factory.mktemp("given"), os.environ[GIVEN])
        return
    with running(request.param, tmp_path_factory) as started:
        yield started


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a server that answers at all, however busy the machine is."""
    monkeypatch.setattr(server_vectors, "SEARCH_SECONDS", 60.0)


@pytest.fixture
def library_in(tmp_path: Path) -> Iterator[Callable[[StoreChoice], StoredLibrary]]:
    made: list[StoredLibrary] = []

    def make(store: StoreChoice) -> StoredLibrary:
        made.append(StoredLibrary(tmp_path, store))
        return made[-1]

    yield make
    for library in made:
        library.close()
