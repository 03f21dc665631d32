"""Which vector store a library uses, as its settings say, and its opening."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import BadInputError
from core.models import ModelSpec
from core.settings import Settings
from core.store.vector_servers.database import VectorDatabase
from core.store.vector_servers.ledger import Ledger
from core.store.vector_servers.vectors import ServerVectors

SUFFIX = ".sent"  # of ledgers
LIBRARY = "faiss"  # the library's own index
NAME_BYTES = 6
HEALTH_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class StoreChoice:
    """A kind of vector store, and where it is; the default is the library's own index.

    `name` tells the collections of this library from those of others on the same server.
    """

    kind: str = LIBRARY
    url: str = ""
    key: str = ""
    name: str = ""

    @property
    def is_server(self) -> bool:
        """Whether it is one on a server; without an address it is not."""
        return self.kind != LIBRARY and bool(self.url)


def chosen_store(settings: Settings) -> StoreChoice:
    """The store that the settings name."""
    return StoreChoice(
        settings.vector_store, settings.vector_store_url, settings.vector_store_key, settings.vector_store_name
    )


def open_vectors(
    root: Path, store: StoreChoice, model_spec: ModelSpec, chunking: str, *, writable: bool
) -> ServerVectors:
    """The vectors of a model and a chunking config on a server. Raises VectorStoreError without the client's package.

    The server is not asked for anything yet. A copied or moved library has collections of its own.
    """
    place, fingerprint = _digest(bytes(root.resolve())), f"{model_spec.fingerprint}-{chunking}"
    collection = f"findling_{store.name}_{place}_{_digest(fingerprint.encode())}"
    ledger = Ledger(
        root / "vectors" / f"{fingerprint}.{store.kind}{SUFFIX}",
        f"{store.kind} {store.url} {collection}",
    )
    database = connect(store, collection, model_spec.dimension)
    return ServerVectors(root, database, ledger, model_spec.dimension, writable=writable)


def connect(store: StoreChoice, collection: str, dimension: int) -> VectorDatabase:
    """The collection of a server. Raises VectorStoreError without the client's package."""
    if store.kind == "milvus":
        from core.store.vector_servers.milvus import MilvusDatabase

        return MilvusDatabase(store.url, store.key, collection, dimension)
    from core.store.vector_servers.chroma import ChromaDatabase

    return ChromaDatabase(store.url, store.key, collection, dimension)


def with_store(settings: Settings, kind: str, url: str = "", key: str = "") -> Settings:
    """The settings with another vector store, which must answer; without `url` and `key` those that were set before.

    Raises BadInputError for an address that is none, and VectorStoreError if nothing answers there.
    """
    if kind == LIBRARY:
        return replace(settings, vector_store=kind)
    if not (url or settings.vector_store_url):
        raise BadInputError("vector_store.no_address")
    changed = replace(
        settings,
        vector_store=kind,
        vector_store_url=checked_url(url or settings.vector_store_url),
        vector_store_key=key or settings.vector_store_key,
        vector_store_name=settings.vector_store_name or secrets.token_hex(NAME_BYTES),
    )
    if changed != settings:
        with closing(connect(chosen_store(changed), "", settings.model_spec.dimension)) as database:
            database.health(HEALTH_SECONDS)
    return changed


def checked_url(url: str) -> str:
    """The address of a server without a trailing slash. Raises BadInputError for one that is none."""
    try:
        parts = urlsplit(url.strip())
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        raise BadInputError("vector_store.bad_address", address=url)
    return url.strip().rstrip("/")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
