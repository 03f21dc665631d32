"""python -m tests.tools.api_fuzz [--minutes N]: fuzz the HTTP API of a small library; prints requests and complaints.

Asks what the OpenAPI document describes, with values that fit and others, and sends what is no request at all. An
answer must be no 500 and must be as the document says. Exits with 1 if one was not.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from core.cli.main import main as command_line
from core.control_socket import ask
from tests.core.api.conftest import answering
from tests.core.cli.conftest import library_with_settings, write_documents
from tests.core.engine.conftest import fake
from tests.tools.api_fuzz.requests import Described, complaint, exchange, facts, operations, request_of

QUIET_SECONDS = 600.0  # for what was changed to be indexed, on a busy machine
EXAMPLES = 40  # of an operation, before the next one
# A stream has no end; another model or engine would index everything again, and a search would wait for a released one.
LEFT_OUT = {"/v1/progress", "/v1/engine/release"}
LEFT_OUT_FIELDS = {"engine", "model", "reranker", "readers", "language"}
CLOSE, LENGTH = "Host: x\r\nConnection: close\r\n", "Content-Length: 9\r\n"
NO_REQUESTS = st.one_of(
    st.binary(max_size=400),
    st.text("abc/%?&=", max_size=40).map(lambda path: f"GET /v1/{path} HTTP/1.1\r\n{CLOSE}\r\n".encode()),
    st.binary(max_size=9).map(lambda body: f"POST /v1/pause HTTP/1.1\r\n{CLOSE}{LENGTH}\r\n".encode() + body.ljust(9)),
)


class Fuzz:
    """Counts what was asked, and keeps what was answered wrongly."""

    def __init__(self, root: Path, document: dict[str, Any], paths: list[str]) -> None:
        self._root, self._document, self._paths = root, document, paths
        self.counts: Counter[tuple[str, int]] = Counter()
        self.complaints: dict[str, str] = {}

    def ask(self, described: Described, given_facts: dict[str, Any]) -> None:
        status, body = exchange(self._root, request_of(described, given_facts))
        self.counts[described.path, status] += 1
        if wrong := complaint(self._document, described, status, body):
            self.complaints.setdefault(f"{described.path} {wrong[:40]}", f"{given_facts!r} {wrong}")

    def send(self, request: bytes) -> None:
        """Send what is no request; the connection may be closed without an answer."""
        status, body = exchange(self._root, request)
        self.counts["no request", status] += 1
        if status >= 500:
            self.complaints.setdefault(f"no request {status}", f"{request!r} {body[:300]!r}")

    def round(self, number: int) -> None:
        """Ask each operation some examples."""
        for described in operations(self._document):
            if described.path in LEFT_OUT:
                continue
            fields = {name: schema for name, schema in described.fields.items() if name not in LEFT_OUT_FIELDS}
            chosen = Described(described.path, described.method, fields, described.media)
            _examples(number, facts(chosen, self._paths), lambda each, chosen=chosen: self.ask(chosen, each))
        _examples(number, NO_REQUESTS, self.send)


def _examples(number: int, strategy: st.SearchStrategy[Any], use: Callable[[Any], None]) -> None:
    @seed(number)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def each(example: Any) -> None:
        use(example)

    each()


def main() -> int:
    """Run the fuzzing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder, fake() as engine:
        docs = write_documents(Path(folder) / "docs")
        root = library_with_settings(Path(folder) / "library", engine)
        command_line(["index", str(docs), "--library", str(root)])
        paths = [str(docs), *(str(file) for file in docs.iterdir()), str(docs / "missing.txt"), "docs"]
        with answering(root) as library:
            fuzz = Fuzz(root, json.loads(ask(root, "GET", "openapi.json")), paths)
            end, number = time.monotonic() + minutes * 60, 0
            while time.monotonic() < end and not fuzz.complaints:
                number += 1
                fuzz.round(number)
                library.add_folder(docs)  # it may have been removed
                library.indexing.resume()  # and it may have been paused
                library.wait("words", timeout=QUIET_SECONDS)
    for (path, status), count in sorted(fuzz.counts.items()):
        print(f"{count:8} {status or 'closed':>6} {path}")
    print(f"{fuzz.counts.total()} requests in {number} rounds, {len(fuzz.complaints)} complaints")
    for wrong in fuzz.complaints.items():
        print(*wrong, sep="\n  ")
    return 1 if fuzz.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
