"""What Findling asks of a vector store on a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.errors import VectorStoreError
from core.store.catalogue.vectors_table import Ids, Vectors
from core.store.vector_servers.expression import Expression


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Passages (shape: n), their contents and their cosines, best first."""

    passages: Ids
    contents: Ids
    cosines: Vectors

    @classmethod
    def nothing(cls) -> Found:
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))


class VectorDatabase(Protocol):
    """One collection of a vector store: a row is a passage id, its content's id and a vector.

    Any thread may use it. Every method but `close` takes the seconds after which it gives up, and raises
    VectorStoreError if the server does not answer in that time or refuses what is asked.
    """

    address: str  # as the user knows the server
    max_results: int  # of one search
    max_values: int  # in one `OneOf`

    def open(self, seconds: float) -> None:
        """Connect, and create the collection unless there is one."""

    def upsert(self, passages: Ids, contents: Ids, vectors: Vectors, seconds: float) -> None:
        """Add or replace rows (shape of `vectors`: n x dimension, L2-normalised float32)."""

    def delete(self, passages: Ids, seconds: float) -> None:
        """Delete rows; unknown ids are ignored."""

    def search(self, vector: Vectors, limit: int, expression: Expression | None, seconds: float) -> Found:
        """The nearest rows to a vector (shape: dimension) among those for which an expression holds."""

    def ids(self, low: int, high: int, seconds: float) -> Ids:
        """The passages from `low` to below `high`, ascending."""

    def count(self, seconds: float) -> int:
        """The number of rows."""

    def drop(self, seconds: float) -> None:
        """Delete the collection."""

    def health(self, seconds: float) -> str:
        """The server's version."""

    def close(self) -> None:
        """Close the connection."""


def away(address: str) -> VectorStoreError:
    """The error of a server that does not answer."""
    return VectorStoreError("vector_store.away", address=address)


def refused(address: str, reason: str) -> VectorStoreError:
    """The error of a server that answers with an error."""
    return VectorStoreError("vector_store.refused", address=address, reason=" ".join(reason.split())[:200])


def unknown_answer(address: str) -> VectorStoreError:
    """The error of a server whose answers are not those of a vector store."""
    return VectorStoreError("vector_store.unknown_answer", address=address)
