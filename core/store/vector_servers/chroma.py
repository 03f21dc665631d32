"""Chroma as a vector store, by the HTTP interface of its server."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import numpy as np

from core import connections
from core.store.catalogue.vectors_table import Ids, Vectors
from core.store.vector_servers.database import Found, away, refused, unknown_answer
from core.store.vector_servers.expression import Expression, OneOf

T = TypeVar("T")
BASE = "/api/v2"
COLLECTIONS = f"{BASE}/tenants/default_tenant/databases/default_database/collections"
# The default of 100 candidates finds only half of the nearest passages.
INDEX = {"hnsw": {"space": "ip", "ef_construction": 200, "ef_search": 1000, "max_neighbors": 32}}


class ChromaDatabase:
    """One collection of a Chroma server."""

    max_results = 16_384
    max_values = 16_000  # each is a variable of SQLite

    def __init__(self, url: str, key: str, collection: str, dimension: int) -> None:  # noqa: ARG002 - the first row tells it
        """`key` is sent as a bearer token."""
        import httpx2

        parts = urlsplit(url)
        self._port = parts.port or connections.PORTS[parts.scheme]
        self._host = parts.hostname or ""
        self.address = f"{self._host}:{self._port}"
        self._collection = collection
        self._id = ""  # the server's own name of the collection
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx2.Client(base_url=url.rstrip("/"), headers=headers, trust_env=False)
        self._is_recorded = False

    def open(self, seconds: float) -> None:
        data = {"name": self._collection, "get_or_create": True, "configuration": INDEX}
        self._id = self._ask("POST", COLLECTIONS, data, seconds, _id)

    def upsert(self, passages: Ids, contents: Ids, vectors: Vectors, seconds: float) -> None:
        data = {
            "ids": [str(passage) for passage in passages],
            "embeddings": [base64.b64encode(vector.astype("<f4").tobytes()).decode() for vector in vectors],
            "metadatas": [
                {"passage": passage, "content": content}
                for passage, content in zip(passages.tolist(), contents.tolist(), strict=True)
            ],
        }
        self._of_collection("upsert", data, seconds, _ignored)

    def delete(self, passages: Ids, seconds: float) -> None:
        self._of_collection("delete", {"ids": [str(passage) for passage in passages]}, seconds, _ignored)

    def search(self, vector: Vectors, limit: int, expression: Expression | None, seconds: float) -> Found:
        data: dict[str, Any] = {
            "query_embeddings": [vector.tolist()],
            "n_results": min(limit, self.max_results),
            "include": ["metadatas", "distances"],
        }
        if expression is not None:
            data["where"] = rendered(expression)
        return self._of_collection("query", data, seconds, _found)

    def ids(self, low: int, high: int, seconds: float) -> Ids:
        where = {"$and": [{"passage": {"$gte": low}}, {"passage": {"$lt": high}}]}
        return self._of_collection("get", {"where": where, "include": []}, seconds, _ids)

    def count(self, seconds: float) -> int:
        return self._ask("GET", f"{COLLECTIONS}/{self._known_id(seconds)}/count", None, seconds, int)

    def drop(self, seconds: float) -> None:
        self._id = ""
        self._ask("DELETE", f"{COLLECTIONS}/{quote(self._collection)}", None, seconds, _ignored)

    def health(self, seconds: float) -> str:
        return self._ask("GET", f"{BASE}/version", None, seconds, str)

    def close(self) -> None:
        self._client.close()

    def _of_collection(self, name: str, data: dict[str, Any], seconds: float, read: Callable[[Any], T]) -> T:
        return self._ask("POST", f"{COLLECTIONS}/{self._known_id(seconds)}/{name}", data, seconds, read)

    def _known_id(self, seconds: float) -> str:
        """The collection's id on the server."""
        if not self._id:
            self._id = self._ask("GET", f"{COLLECTIONS}/{quote(self._collection)}", None, seconds, _id)
        return self._id

    def _ask(self, method: str, path: str, data: dict[str, Any] | None, seconds: float, read: Callable[[Any], T]) -> T:
        """The server's answer, read by `read`. Raises VectorStoreError."""
        import httpx2

        try:
            request = self._client.build_request(method, path, json=data, timeout=seconds)
            sent = len(request.content)
            connections.record(self._host, self._port, "vector_store", "Chroma", count=not self._is_recorded, sent=sent)
            self._is_recorded = True
            answer = self._client.send(request)
            if answer.is_error:
                self._id = ""  # it may be of a collection that was deleted on the server
                raise refused(self.address, f"HTTP {answer.status_code}: {answer.text}")
        except httpx2.HTTPError as error:
            raise away(self.address) from error
        try:
            return read(answer.json())
        except (ValueError, TypeError, LookupError) as error:  # another program listens at this address
            raise unknown_answer(self.address) from error


def _ignored(_answer: Any) -> None:
    """Read an answer that says nothing more."""


def _id(answer: Any) -> str:
    return str(answer["id"])


def _ids(answer: Any) -> Ids:
    return np.sort(np.array([int(number) for number in answer["ids"]], np.int64))


def _found(answer: Any) -> Found:
    rows = answer["metadatas"][0]
    return Found(
        np.array([row["passage"] for row in rows], np.int64),
        np.array([row["content"] for row in rows], np.int64),
        1 - np.array(answer["distances"][0], np.float32),
    )


def rendered(expression: Expression) -> dict[str, Any]:
    """An expression in Chroma's language."""
    if isinstance(expression, OneOf):
        return {expression.field: {"$in": expression.values.tolist()}}
    return {"$and": [{expression.field: {"$gte": expression.low}}, {expression.field: {"$lt": expression.high}}]}
