"""Milvus as a vector store, by its own client (the extra `findling[milvus]`)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from core import connections
from core.errors import VectorStoreError
from core.store.catalogue.vectors_table import Ids, Vectors
from core.store.vector_servers.database import Found, away, refused
from core.store.vector_servers.expression import Expression, OneOf

T = TypeVar("T")
PORT = 19530
# IVF loses rows under narrow filters; HNSW does not.
INDEX = {"index_type": "HNSW", "metric_type": "IP", "params": {"M": 32, "efConstruction": 256}}
MIN_EF = 512  # candidates that a search looks at
SETTLED_SECONDS = 10.0  # after a write, from which on searches need not wait until the server has applied it
CONNECT_FAILED = 2  # Milvus's code


class MilvusDatabase:
    """One collection of a Milvus server."""

    max_results = 16_384
    max_values = 50_000

    def __init__(self, url: str, key: str, collection: str, dimension: int) -> None:
        """`key` is a token, or "user:password". Raises VectorStoreError without the client's package."""
        try:
            import pymilvus
        except ImportError as error:
            raise VectorStoreError("vector_store.milvus_missing") from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs each refused connection with a traceback
        self._milvus: Any = pymilvus
        parts = urlsplit(url)
        self.address = f"{parts.hostname}:{parts.port or PORT}"
        self._url = f"{parts.scheme}://{self.address}{parts.path}"
        self._host, self._port = parts.hostname or "", parts.port or PORT
        self._key, self._collection, self._dimension = key, collection, dimension
        self._lock = threading.Lock()  # held while a connection is made
        self._opening = threading.Lock()  # two threads would create the collection twice
        self._client: Any = None
        self._written_at = -SETTLED_SECONDS

    def open(self, seconds: float) -> None:
        with self._opening:
            self._call(lambda client: self._open(client, seconds), seconds)

    def upsert(self, passages: Ids, contents: Ids, vectors: Vectors, seconds: float) -> None:
        rows = [
            {"passage": passage, "content": content, "vector": vector}
            for passage, content, vector in zip(passages.tolist(), contents.tolist(), vectors, strict=True)
        ]
        self._call(lambda client: client.upsert(self._collection, rows, timeout=seconds), seconds, vectors.nbytes)
        self._written_at = time.monotonic()

    def delete(self, passages: Ids, seconds: float) -> None:
        self._call(lambda client: client.delete(self._collection, ids=passages.tolist(), timeout=seconds), seconds)
        self._written_at = time.monotonic()

    def search(self, vector: Vectors, limit: int, expression: Expression | None, seconds: float) -> Found:
        is_settled = time.monotonic() - self._written_at > SETTLED_SECONDS

        def search(client: Any) -> Any:
            return client.search(
                self._collection,
                [vector.astype(np.float32)],
                anns_field="vector",
                limit=min(limit, self.max_results),
                filter="" if expression is None else rendered(expression),
                output_fields=["content"],
                search_params={"metric_type": "IP", "params": {"ef": max(MIN_EF, 2 * limit)}},
                consistency_level="Bounded" if is_settled else "Strong",
                timeout=seconds,
            )

        hits = self._call(search, seconds, vector.nbytes)[0]
        return Found(
            np.array([hit.id for hit in hits], np.int64),  # by its place: Milvus 2.3 does not name the field
            np.array([hit["entity"]["content"] for hit in hits], np.int64),
            np.array([hit["distance"] for hit in hits], np.float32),
        )

    def ids(self, low: int, high: int, seconds: float) -> Ids:
        rows = self._query(f"passage >= {low} and passage < {high}", "passage", seconds)
        return np.sort(np.array([row["passage"] for row in rows], np.int64))

    def count(self, seconds: float) -> int:
        return int(self._query("", "count(*)", seconds)[0]["count(*)"])

    def drop(self, seconds: float) -> None:
        self._call(lambda client: client.drop_collection(self._collection, timeout=seconds), seconds)

    def health(self, seconds: float) -> str:
        return str(self._call(lambda client: client.get_server_version(timeout=seconds), seconds))

    def close(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _query(self, expression: str, field: str, seconds: float) -> list[dict[str, Any]]:
        def query(client: Any) -> Any:
            return client.query(
                self._collection,
                filter=expression,
                output_fields=[field],
                consistency_level="Strong",
                timeout=seconds,
            )

        return list(self._call(query, seconds))

    def _open(self, client: Any, seconds: float) -> None:
        if client.has_collection(self._collection, timeout=seconds):
            client.load_collection(self._collection, timeout=seconds)
            return
        kinds = self._milvus.DataType
        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("passage", kinds.INT64, is_primary=True)
        schema.add_field("content", kinds.INT64)
        schema.add_field("vector", kinds.FLOAT_VECTOR, dim=self._dimension)
        index = client.prepare_index_params()
        index.add_index("vector", **INDEX)
        client.create_collection(
            self._collection, schema=schema, index_params=index, consistency_level="Bounded", timeout=seconds
        )

    def _call(self, work: Callable[[Any], T], seconds: float, sent: int = 0) -> T:
        """The result of a call. Raises VectorStoreError."""
        import grpc

        try:
            client = self._connected(seconds)
            connections.record(self._host, self._port, "vector_store", "Milvus", count=0, sent=sent)
            return work(client)
        except self._milvus.MilvusException as error:
            if error.code == CONNECT_FAILED:
                raise away(self.address) from error
            raise refused(self.address, str(error.message)) from error
        except (grpc.RpcError, OSError) as error:
            raise away(self.address) from error

    def _connected(self, seconds: float) -> Any:
        with self._lock:
            if self._client is None:
                connections.record(self._host, self._port, "vector_store", "Milvus")
                self._client = self._milvus.MilvusClient(self._url, token=self._key, timeout=seconds, dedicated=True)
            return self._client


def rendered(expression: Expression) -> str:
    """An expression in Milvus's language."""
    if isinstance(expression, OneOf):
        return f"{expression.field} in {expression.values.tolist()}"
    return f"{expression.field} >= {expression.low} and {expression.field} < {expression.high}"
