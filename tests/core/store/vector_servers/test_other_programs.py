"""An address at which another program than the vector store answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from core.errors import VectorStoreError
from core.store.vector_servers.chroma import ChromaDatabase
from core.store.vector_servers.database import VectorDatabase

IDS = np.array([1, 2], np.int64)
VECTORS = np.eye(2, 4, dtype=np.float32)
USES: dict[str, Callable[[VectorDatabase], object]] = {
    "open": lambda database: database.open(5.0),
    "upsert": lambda database: database.upsert(IDS, IDS, VECTORS, 5.0),
    "delete": lambda database: database.delete(IDS, 5.0),
    "search": lambda database: database.search(VECTORS[0], 3, None, 5.0),
    "ids": lambda database: database.ids(0, 9, 5.0),
    "count": lambda database: database.count(5.0),
}


@contextmanager
def fake_program(body: bytes) -> Iterator[str]:
    """The address of a web server that answers everything with `body`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_DELETE = do_GET  # noqa: N815 - names of the base class

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"{}", b"[]", b'"ready"', b'{"id": 7, "metadatas": [[{}]]}'])
def test_a_web_page_is_not_taken_for_a_vector_store(body: bytes) -> None:
    with fake_program(body) as url:
        told = {}
        for name, use in USES.items():
            with closing(ChromaDatabase(url, "", "passages", 4)) as database:
                try:
                    use(database)
                except VectorStoreError as error:
                    told[name] = error.message.code
        is_half_right = b"id" in body  # it could be the answer to `open` and to what has no result
        expected = set(USES) - ({"open", "upsert", "delete"} if is_half_right else set())
        assert told == dict.fromkeys(expected, "vector_store.unknown_answer")
