"""A small fake engine: the embeddings API with vectors one can compute, and faults on demand.

    python -m tests.fakes.fake_engine --port 0 --dim 384 --model NAME --fault FAULT[,FAULT...]

A vector is a hashed bag of words, L2-normalised (`vector_of`). Only the check texts of the probe get the model's own
vectors, so that a fake without faults passes the probe.
The key is taken from FINDLING_ENGINE_KEY; without it every key is accepted. On stdout: {"event": "listening", "port":
N} and {"event": "ready"}, as from the built-in engine; with --child it ends when its stdin is closed.

Faults: die-after=N (exits in the middle of answering the N-th request for embeddings), garbage (200, not JSON),
wrong-dim, nan, other-model (right length, other vectors), slow=SECONDS, refuse (503), http500-every=N,
poison (500 to a request with a text that holds this word), no-model
(another model's name), crash (exits before it is ready), silent (never gets ready), hold-after=N (once so many texts
were answered, apart from those of the probe, every other request waits for the next fault). `POST /fault
{"fault": "..."}` changes them, `GET /counts` returns the number of texts of each request for embeddings.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import math
import os
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes.reference_answers import recognised


def vector_of(text: str, dim: int) -> list[float]:
    """What the fake answers: words hashed to places, counted, L2-normalised."""
    vector = [0.0] * dim
    for word in text.lower().split() or [""]:
        vector[int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:4], "big") % dim] += 1.0
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length for value in vector]


def parse_faults(text: str) -> dict[str, float]:
    parts = [part.partition("=") for part in text.split(",") if part]
    return {name: float(value or 1) for name, _, value in parts}


class FakeEngine(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, dim: int, model: str, faults: str) -> None:
        super().__init__(("127.0.0.1", port), FakeHandler)
        self.dim = dim
        self.model = model
        self.key = os.environ.get("FINDLING_ENGINE_KEY", "")
        self.faults = parse_faults(faults)
        self.counts: list[int] = []
        self.answered = 0  # texts, since the last change of the faults
        self.lock = threading.Lock()
        self.pause = threading.Event()

    def count(self, texts: int) -> int:
        """Remember a request; returns its number, from 1."""
        with self.lock:
            self.counts.append(texts)
            return len(self.counts)

    def may_answer(self, texts: list[str]) -> bool:
        """Whether a request is answered now under `hold-after`; counts its texts if so."""
        known = recognised(self.model)
        count = sum(text not in known for text in texts)
        with self.lock:
            if count and self.answered >= self.faults.get("hold-after", math.inf):
                return False
            self.answered += count
            return True

    def vector(self, text: str) -> list[float]:
        stored = None if "other-model" in self.faults else recognised(self.model).get(text)
        vector = [*stored] if stored else vector_of(text, self.dim)
        if "nan" in self.faults:
            vector[0] = math.nan
        return vector[:-1] if "wrong-dim" in self.faults else vector


class FakeHandler(BaseHTTPRequestHandler):
    server: FakeEngine
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        if self.path == "/counts":
            self._answer(200, {"counts": self.server.counts})
        elif self.path == "/health":
            self._answer(200, {"status": "ready"})
        elif self._welcome() and self.path == "/v1/models":
            name = "another-model" if "no-model" in self.server.faults else self.server.model
            self._answer(200, {"object": "list", "data": [{"id": name, "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
        if self.path == "/fault":
            with self.server.lock:
                self.server.faults, self.server.answered = parse_faults(body["fault"]), 0
                self.server.pause.set()  # who waits for a slow answer gets it
                self.server.pause = threading.Event()
            self._answer(200, {})
        elif self._welcome() and self.path == "/v1/embeddings":
            texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
            self._embed(texts, body.get("encoding_format", "float"))

    def _welcome(self) -> bool:
        if self.server.key and self.headers.get("Authorization") != f"Bearer {self.server.key}":
            self._answer(401, {"error": {"message": "wrong key", "type": "authentication_error"}})
            return False
        if "refuse" in self.server.faults:
            self._answer(503, {"error": {"message": "busy", "type": "server_error"}})
            return False
        return True

    def _embed(self, texts: list[str], encoding: str) -> None:
        number, faults = self.server.count(len(texts)), self.server.faults
        pause = self.server.pause
        if "slow" in faults:
            pause.wait(faults["slow"])
        if not self.server.may_answer(texts):
            pause.wait()
        if number == faults.get("die-after"):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{")
            self.wfile.flush()
            os._exit(9)
        if "poison" in faults and any("poison" in text for text in texts):
            self._answer(500, {"error": {"message": "this text is too much", "type": "server_error"}})
        elif faults.get("http500-every") and number % faults["http500-every"] == 0:
            self._answer(500, {"error": {"message": "broken now and then", "type": "server_error"}})
        elif "garbage" in faults:
            self._send(200, b"<html>this is not JSON</html>")
        else:
            self._answer(200, self._embeddings(texts, encoding))

    def _embeddings(self, texts: list[str], encoding: str) -> dict[str, Any]:
        vectors = [self.server.vector(text) for text in texts]
        shown = [_base64(vector) if encoding == "base64" else vector for vector in vectors]
        tokens = sum(len(text.split()) for text in texts)
        return {
            "object": "list",
            "model": self.server.model,
            "data": [{"object": "embedding", "index": at, "embedding": value} for at, value in enumerate(shown)],
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode())

    def _send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _base64(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def main() -> None:
    parser = argparse.ArgumentParser(prog="fake_engine")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--dim", type=int, default=384)
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--fault", default="")
    parser.add_argument("--child", action="store_true")
    options = parser.parse_args()
    server = FakeEngine(options.port, options.dim, options.model, options.fault)
    print(f"the fake's key is {server.key}", file=sys.stderr, flush=True)
    if "crash" in server.faults:
        sys.exit("the fake crashes on demand")
    print(json.dumps({"event": "listening", "port": server.server_address[1]}), flush=True)
    if "silent" not in server.faults:
        print(json.dumps({"event": "ready"}), flush=True)
    if options.child:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
