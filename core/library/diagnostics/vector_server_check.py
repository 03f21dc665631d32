"""Compares a vector store on a server with the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.chunk import chunking_config
from core.errors import VectorStoreError
from core.messages import Message
from core.settings import Settings
from core.store.catalogue.database import Database
from core.store.catalogue.vectors_table import VectorsTable
from core.store.integrity import consistency, verify
from core.store.integrity.consistency import Difference
from core.store.vector_servers.choice import chosen_store, open_vectors
from core.store.vector_servers.vectors import ServerVectors


@dataclass(frozen=True, slots=True)
class ServerCheck:
    """How the server differs from the catalogue; with `trouble`, that it cannot be compared."""

    found: Difference
    trouble: Message | None = None


def check(
    root: Path,
    settings: Settings,
    model_of: Callable[[Database], int],
    stopped: Callable[[], bool],
    vectors: ServerVectors | None,
) -> ServerCheck:
    """Compare a store, `vectors` in an open library; what is still being sent is no difference."""
    with consistency.snapshot(verify.catalogue_path(root)) as database:
        model_id = model_of(database)
        rows = VectorsTable(database)
        try:
            if vectors is not None:
                found = vectors.compare(rows, model_id, stopped)
            else:
                with closing(_opened(root, settings)) as opened:
                    found = opened.compare(rows, model_id, stopped)
        except VectorStoreError as error:
            expected = consistency.expected_vectors(database, model_id)
            address = chosen_store(settings).url
            trouble = Message("inconsistency.vectors_away", address=address, reason=error.sentence)
            return ServerCheck(Difference(expected, expected), trouble)
    if vectors is not None and vectors.pending:
        return ServerCheck(Difference(found.expected))
    return ServerCheck(found)


def send_again(root: Path, settings: Settings) -> None:
    """Have a library that is closed compare everything with its server when it is opened."""
    with closing(_opened(root, settings)) as vectors:
        vectors.forget()


def _opened(root: Path, settings: Settings) -> ServerVectors:
    chunking = chunking_config(settings).fingerprint
    return open_vectors(root, chosen_store(settings), settings.model_spec, chunking, writable=False)
