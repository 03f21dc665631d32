"""A fake worker process that does what a file's name tells it to: hang, die, chatter, or read a line of text.

It speaks the protocol of the pool without any document library. Each start, and each job, leaves a line in the file
named by FAKE_WORKER_LOG.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import IO, Any

from core.extract_workers import protocol

FACTS = {"size": 5, "mtime_ns": 7, "inode": 9}


def log(line: str) -> None:
    with open(os.environ["FAKE_WORKER_LOG"], "a", encoding="utf-8") as file:
        file.write(line + "\n")


def end(responses: IO[bytes], text: str) -> None:
    facts = {"kind": "text", "title": "", "author": "", "parts": [], "notes": [], "extractor": "fake"}
    finish(responses, facts, [[0, 0, len(text), 1, None, 1]], text.encode())


def finish(responses: IO[bytes], facts: dict[str, Any], passages: list[list[int | None]], text: bytes) -> None:
    protocol.send(responses, {"type": "done", "document": facts, "passages": passages, "sketch": "00" * 8}, text)


def misbehave(name: str, attempt: int, responses: IO[bytes]) -> None:
    if "pages" in name:
        parts = [[0, 8, "page", 1, ""]]
        protocol.send(responses, {"type": "partial", "parts": parts}, b"page one\n\n")
        protocol.send(responses, {"type": "partial", "parts": [[10, 18, "page", 2, ""]]}, b"page two")
    if "loud" in name:
        os.write(2, b"noise of a library\n" * 20_000)
    if "mutter" in name:
        os.write(2, b"a warning about this file\n")
    if "garble" in name:
        os.write(1, b"\xff" * 64)
    if "strange" in name:
        protocol.send(responses, {"type": "done"})
    if "cure" in name and attempt == 2:
        return
    if "die" in name:
        os.write(2, b"the last line\n")
        os.kill(os.getpid(), signal.SIGABRT)
    if "drop" in name:
        os.kill(os.getpid(), signal.SIGABRT)
    if "hang" in name:
        time.sleep(1000)


def read(path: bytes, header: dict[str, int], requests: IO[bytes], responses: IO[bytes]) -> None:
    name = os.path.basename(path).decode()
    log(f"{os.getpid()} {name} {header['attempt']}")
    if "early" in name and not os.path.exists(path):
        open(path, "wb").close()
        os.kill(os.getpid(), signal.SIGKILL)
    protocol.send(responses, {"type": "hash", "hash": name.encode().hex(), **FACTS})
    answer = protocol.receive(requests)
    assert answer is not None
    if not answer[0]["extract"]:
        protocol.send(responses, {"type": "skipped"})
        return
    other_reader = "cure" in name or "second" in name
    protocol.send(responses, {"type": "format", "other_reader": other_reader, "kind": "pdf", "extractor": "fake"})
    misbehave(name, header["attempt"], responses)
    if "grow" in name:
        protocol.send(responses, {"type": "problem", "code": "broken", "detail": "", "memory": 1 << 40})
    elif "problem" in name:
        protocol.send(responses, {"type": "problem", "code": "broken", "detail": f"attempt {header['attempt']}"})
    else:
        end(responses, name)


def main() -> None:
    requests, responses = sys.stdin.buffer, sys.stdout.buffer
    configuration = protocol.receive(requests)
    assert configuration is not None
    log("start")
    if os.environ.get("FAKE_WORKER_SLEEPS"):
        time.sleep(1000)
    if os.environ.get("FAKE_WORKER_FAILS"):
        sys.exit("no such library")
    protocol.send(responses, {"type": "ready"})
    while (request := protocol.receive(requests)) is not None:
        header, payload = request
        if header["request"] == "chunk" and os.environ.get("FAKE_WORKER_NO_CHUNKS"):
            protocol.send(responses, {"type": "done"})
        elif header["request"] == "chunk":
            finish(responses, header["document"], [[0, 0, len(payload), 1, 1, 1]], payload)
        else:
            read(payload, header, requests, responses)


if __name__ == "__main__":
    main()
