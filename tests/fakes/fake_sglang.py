"""A small fake of SGLang's server: its flags, log, phases, processes, answers, exit codes and timings, made smaller.

    python tests/fakes/fake_sglang.py serve --model-path DIR --port N ... [--config FILE]

It does what the real server (0.5.23) was seen to do; tests/system/sglang compares the two. The first process imports,
then starts a resource tracker, a scheduler and a detokenizer in its own group. Those die with it only once they have
imported: asked to end before that, and alone, it leaves them behind. SIGTERM while it serves lets requests finish.
When the scheduler dies, or meets an exception, everything ends with SIGKILL. A port that is taken is found out last of
all, after it said that it is ready.

Vectors are those of fake_engine, also the stored one for the text of core.engine.probe. FAKE_SGLANG_SCALE is how long
a second of the real server is, FAKE_SGLANG_FAULT what goes wrong, in which "once=FILE" is for the first start only:
import-error, no-gpu, driver, broken (weights), oom=TOKENS (batches larger than that), oom-later=TOKENS (found at the
first request for vectors), no-backend (for working without a cache), importing (never gets further), silent (loads for
ever), deaf (to SIGTERM), slow=SECONDS (a request), wrong-dim, nan, empty,
hang (no request ends), hang-later (none but the first).
"""

from __future__ import annotations

import argparse
import base64
import ctypes
import json
import os
import signal
import socketserver
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn

SCALE = float(os.environ.get("FAKE_SGLANG_SCALE", "0.01"))
DEATH_SIGNAL = 1
IMPORTS = 2.0
POLL = 5.0
SETTLING = 5.0


def log(line: str) -> None:
    sys.stderr.write(f"[{time.strftime('%Y-%m-%d %H:%M:%S')}] {line}\n")
    sys.stderr.flush()


def later(seconds: float) -> None:
    time.sleep(seconds * SCALE)


def faults() -> dict[str, str]:
    parts = [part.partition("=") for part in os.environ.get("FAKE_SGLANG_FAULT", "").split(",") if part]
    named = {name: value for name, _, value in parts}
    once = named.pop("once", "")
    if once and Path(once).exists():
        return {}
    if once:
        Path(once).touch()
    return named


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sglang serve", allow_abbrev=False)
    parser.add_argument("--model-path", required=True)
    for name in ("--host", "--device", "--dtype", "--served-model-name", "--config", "--chat-template"):
        parser.add_argument(name, default="")
    parser.add_argument("--attention-backend", default="")
    for name in ("--port", "--context-length", "--max-prefill-tokens", "--max-total-tokens", "--max-running-requests"):
        parser.add_argument(name, type=int, default=0)
    for name in ("--chunked-prefill-size", "--dp-size"):
        parser.add_argument(name, type=int, default=1)
    parser.add_argument("--mem-fraction-static", type=float)
    parser.add_argument("--log-level-http", default="info")
    for name in ("--is-embedding", "--disable-radix-cache", "--disable-cuda-graph", "--sleep-on-idle"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("--prefill-only-disable-kv-cache", action="store_true")
    options = parser.parse_args(arguments)
    words = Path(options.config).read_text(encoding="utf-8") if options.config else ""
    options.api_key = words.removeprefix("api-key: ").strip()
    return options


def fail(*lines: str) -> NoReturn:
    """End as an exception in the first process does."""
    sys.stderr.write("\n".join(("Traceback (most recent call last):", '  File "sglang", line 10, in <module>', *lines)))
    sys.stderr.write("\n")
    sys.exit(1)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, options: argparse.Namespace, wrong: dict[str, str], family: Family) -> None:
        from tests.fakes.fake_engine import vector_of

        super().__init__((options.host or "127.0.0.1", options.port), Handler)
        self.options, self.wrong, self.family = options, wrong, family
        self.vector_of = vector_of
        self.under_way = 0
        self.answered = False
        self.draining = False
        self.lock = threading.Lock()

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # without asking the name service

    def vector(self, text: str) -> list[float]:
        from core.models import MODELS
        from tests.fakes.reference_answers import recognised

        name = self.options.served_model_name
        dimensions = {model_spec.name: model_spec.dimension for model_spec in MODELS.values()}
        vector = [*(recognised(name).get(text) or self.vector_of(text, dimensions.get(name, 64)))]
        if "nan" in self.wrong:
            vector[0] = float("nan")
        return vector[: 0 if "empty" in self.wrong else len(vector) - ("wrong-dim" in self.wrong)]


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        if self.path == "/health":
            self._answer(503 if self.server.draining else 200, b"")
        elif self._welcome():
            options = self.server.options
            name = options.served_model_name or options.model_path
            model = {"id": name, "object": "model", "owned_by": "sglang", "root": name, "parent": None}
            known = self.path == "/v1/models"
            body = {"object": "list", "data": [{**model, "max_model_len": options.context_length}]}
            self._json(200 if known else 404, body if known else {"detail": "Not Found"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
        ways = {"/v1/embeddings": self._embeddings, "/v1/rerank": self._rerank}
        if not self._welcome():
            return
        if self.path not in ways:
            self._json(404, {"detail": "Not Found"})
            return
        with self.server.lock:
            self.server.under_way += 1
        try:
            ways[self.path](body)
        finally:
            with self.server.lock:
                self.server.under_way -= 1

    def _welcome(self) -> bool:
        key = self.server.options.api_key
        if key and self.headers.get("Authorization") != f"Bearer {key}":
            self._json(401, {"error": "Unauthorized"})
            return False
        return True

    def _embeddings(self, body: dict[str, Any]) -> None:
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        if not self.server.options.is_embedding:
            self._bad(
                "This model does not appear to be an embedding model. Please add `--is-embedding` when launching."
            )
        elif not texts or not all(text.strip() for text in texts):
            self._bad("Input cannot be empty")
        elif any(len(text.split()) >= self.server.options.context_length for text in texts):
            limit = self.server.options.context_length
            self._bad(f"The input (5002 tokens) is longer than the model's context length ({limit} tokens).")
        else:
            self._work(texts)
            vectors: list[Any] = [self.server.vector(text) for text in texts]
            if body.get("encoding_format") == "base64":
                vectors = [base64.b64encode(struct.pack(f"<{len(each)}f", *each)).decode() for each in vectors]
            data = [{"object": "embedding", "index": at, "embedding": each} for at, each in enumerate(vectors)]
            usage = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
            self._json(200, {"object": "list", "data": data, "model": "default", "usage": usage})

    def _rerank(self, body: dict[str, Any]) -> None:
        documents = body["documents"]
        if not body["query"].strip() or not documents or not all(text.strip() for text in documents):
            self._bad("Query cannot be empty or whitespace only")
            return
        limit = self.server.options.context_length
        if any(len(text.split()) >= limit for text in documents):
            self._bad(f"The input is longer than the model's context length ({limit} tokens).")
            return
        self._work(documents)
        words = set(body["query"].lower().split())
        rows = [(len(words & set(text.lower().split())) / len(words), at) for at, text in enumerate(documents)]
        answer = [
            {"score": score, "document": None, "index": at, "meta_info": None} for score, at in sorted(rows)[::-1]
        ]
        self._json(200, answer)

    def _work(self, texts: Sequence[str]) -> None:
        wrong, options = self.server.wrong, self.server.options
        log(f"Prefill batch, #new-seq: {len(texts)}, #new-token: {len(texts)}, #cached-token: 0, token usage: 0.00")
        if "oom-later" in wrong and options.max_prefill_tokens > int(wrong["oom-later"]):
            self.server.family.raise_in_scheduler("RuntimeError: Prefill out of memory. Try to lower your batch size.")
            threading.Event().wait()
        if "hang" in wrong or ("hang-later" in wrong and self.server.answered):
            threading.Event().wait()
        self.server.answered = True
        time.sleep(float(wrong.get("slow", 0)))

    def _bad(self, message: str) -> None:
        self._json(400, {"object": "error", "message": message, "type": "BadRequestError", "param": None, "code": 400})

    def _json(self, status: int, body: Any) -> None:
        self._answer(status, json.dumps(body).encode())

    def _answer(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Family:
    """The other processes of a server."""

    def __init__(self) -> None:
        self.is_ending = False
        self.members = [self._begin(name) for name in ("resource_tracker", "scheduler", "detokenizer")]

    @staticmethod
    def _begin(name: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-S", __file__, name]
        stdin = subprocess.PIPE if name == "resource_tracker" else subprocess.DEVNULL
        return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE)

    def wait_imported(self) -> None:
        for member in self.members:
            assert member.stdout
            member.stdout.read(1)

    def watch(self) -> None:
        """End everything when the scheduler dies."""
        scheduler = self.members[1]
        threading.Thread(target=self._watch, args=(scheduler,), daemon=True).start()

    def _watch(self, scheduler: subprocess.Popen[bytes]) -> None:
        code = scheduler.wait()
        if self.is_ending:
            return
        log(f"Subprocess scheduler_0 (pid={scheduler.pid}) crashed with exit code {code}. Triggering SIGQUIT...")
        log("SIGQUIT received. signum=None, frame=None. It usually means one child failed.")
        later(SETTLING)
        self.kill_all()

    def raise_in_scheduler(self, error: str) -> None:
        log(f'Scheduler hit an exception: Traceback (most recent call last):\n  File "scheduler.py", line 1\n{error}\n')
        log("SIGQUIT received. signum=None, frame=None. It usually means one child failed.")
        self.kill_all()

    def end(self) -> None:
        self.is_ending = True
        for member in self.members:
            member.kill()
        for member in self.members:
            member.wait()

    def kill_all(self) -> NoReturn:
        log(f"kill_process_tree called: parent_pid={os.getpid()}, include_parent=True, pid={os.getpid()}")
        self.end()
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def member(name: str) -> None:
    """What each of the other processes does."""
    if name != "resource_tracker":
        later(IMPORTS)
        if "importing" in os.environ.get("FAKE_SGLANG_FAULT", ""):
            signal.pause()
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)
    sys.stdout.write(".")
    sys.stdout.close()
    if name == "resource_tracker":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.stdin.read()
    else:
        signal.pause()


def begin(options: argparse.Namespace, wrong: dict[str, str]) -> None:
    """What may go wrong in the first process before it starts another."""
    if "import-error" in wrong:
        fail("    import sgl_kernel", "ModuleNotFoundError: No module named 'sgl_kernel'")
    if "no-gpu" in wrong:
        fail("RuntimeError: No accelerator (CUDA, XPU, HPU, NPU, MUSA, MPS) or platform plugin is available.")
    if "driver" in wrong:
        fail("RuntimeError: The NVIDIA driver on your system is too old (found version 12020).")
    if not (Path(options.model_path) / "config.json").exists():
        fail(f"OSError: {options.model_path} does not appear to have a file named config.json.")
    if "no-backend" in wrong and options.prefill_only_disable_kv_cache:
        fail("ValueError: --prefill-only-disable-kv-cache currently requires the FA prefill backend (fa3/fa4)")
    log("Fail to set RLIMIT_NOFILE: current limit exceeds maximum limit")
    log(f"server_args={ {'model_path': options.model_path, 'port': options.port, 'api_key': options.api_key} }")


def load(options: argparse.Namespace, wrong: dict[str, str], family: Family) -> None:
    """What the scheduler does before the server answers."""
    log("Ignore import error when loading sglang.srt.models.x: cannot import name 'y' (ModuleNotFoundError: no z)")
    log("Load weight begin. avail mem=21.54 GB")
    bar = "Multi-thread loading shards: {:3}% Completed | {}/2 [00:00<00:00, 873.81it/s]\r"
    for done in range(3):
        sys.stderr.write(bar.format(50 * done, done))
        sys.stderr.flush()
        if "silent" in wrong and done == 1:
            threading.Event().wait()
        later(0.5)
    sys.stderr.write("\n")
    if "broken" in wrong:
        family.raise_in_scheduler("safetensors_rust.SafetensorError: Error while deserializing header: incomplete")
    log("Load weight end. elapsed=0.02 s, type=Qwen3ForCausalLM, avail mem=21.55 GB, mem usage=1.20 GB.")
    if "oom" in wrong and options.max_prefill_tokens > int(wrong["oom"]):
        family.raise_in_scheduler("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.")
    log(f"KV Cache is allocated. dtype: torch.bfloat16, #tokens: {options.max_total_tokens}, K size: 0.00 GB")
    log("Memory pool end. avail mem=21.54 GB")
    log(f"max_total_num_tokens={options.max_total_tokens}, max_prefill_tokens={options.max_prefill_tokens}")
    later(0.5)


def warm_up() -> None:
    log("Prefill batch, #new-seq: 1, #new-token: 29, #cached-token: 0, token usage: 0.00, #running-req: 0")
    log("The server is fired up and ready to roll!")


def serve(arguments: Sequence[str]) -> int:
    options = options_of(arguments)
    wrong = faults()
    later(IMPORTS)
    begin(options, wrong)
    family = Family()
    family.wait_imported()
    family.watch()
    load(options, wrong, family)
    try:
        server = Server(options, wrong, family)
    except OSError:
        place = ("127.0.0.1", options.port)
        log(f"ERROR:    [Errno 98] error while attempting to bind on address {place}: address already in use")
        warm_up()  # it asked the other server
        later(1)
        family.end()
        return 3
    asked = threading.Event()
    if "deaf" not in wrong:
        signal.signal(signal.SIGTERM, lambda *_: asked.set())
    else:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if options.log_level_http == "info":
        log(f"INFO:     Uvicorn running on http://127.0.0.1:{options.port} (Press CTRL+C to quit)")
    warm_up()
    while not asked.wait(POLL * SCALE):
        pass
    drain(server)
    family.end()
    return 0


def drain(server: Server) -> None:
    log("SIGTERM received. signum=None frame=None. Draining requests and shutting down...")
    server.draining = True
    while server.under_way:
        later(1)
    log("Gracefully exiting... Remaining number of requests 0. Remaining requests remaining_rids=[].")


def main(arguments: Sequence[str]) -> int:
    if arguments[0] == "--version":
        sys.stdout.write("sglang version: 0.5.23\n")
        return 0
    if arguments[0] != "serve":
        member(arguments[0])
        return 0
    return serve(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
