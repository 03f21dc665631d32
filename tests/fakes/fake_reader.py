"""A fake reader process that does what a file's name tells it to: hang, die, chatter, or read a line of text.

It speaks the pool's language with no document library behind it. Each start, and each job, leaves a line in the file
named by FAKE_READER_LOG.
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
    with open(os.environ["FAKE_READER_LOG"], "a", encoding="utf-8") as file:
        file.write(line + "\n")


def end(answers: IO[bytes], text: str) -> None:
    facts = {"kind": "text", "title": "", "author": "", "parts": [], "notes": [], "extractor": "fake"}
    finish(answers, facts, [[0, 0, len(text), 1, None, 1]], text.encode())


def finish(answers: IO[bytes], facts: dict[str, Any], passages: list[list[int | None]], text: bytes) -> None:
    protocol.send(answers, {"is": "done", "document": facts, "passages": passages, "signature": "00" * 8}, text)


def misbehave(name: str, attempt: int, answers: IO[bytes]) -> None:
    if "pages" in name:
        parts = [[0, 8, "page", 1, ""]]
        protocol.send(answers, {"is": "partial", "parts": parts}, b"page one\n\n")
        protocol.send(answers, {"is": "partial", "parts": [[10, 18, "page", 2, ""]]}, b"page two")
    if "loud" in name:
        os.write(2, b"noise of a library\n" * 20_000)
    if "mutter" in name:
        os.write(2, b"a warning about this file\n")
    if "garble" in name:
        os.write(1, b"\xff" * 64)
    if "strange" in name:
        protocol.send(answers, {"is": "done"})
    if "cure" in name and attempt == 2:
        return
    if "die" in name:
        os.write(2, b"the last words\n")
        os.kill(os.getpid(), signal.SIGABRT)
    if "drop" in name:
        os.kill(os.getpid(), signal.SIGABRT)
    if "hang" in name:
        time.sleep(1000)


def read(path: bytes, header: dict[str, int], questions: IO[bytes], answers: IO[bytes]) -> None:
    name = os.path.basename(path).decode()
    log(f"{os.getpid()} {name} {header['attempt']}")
    if "early" in name and not os.path.exists(path):
        open(path, "wb").close()
        os.kill(os.getpid(), signal.SIGKILL)
    protocol.send(answers, {"is": "hash", "hash": name.encode().hex(), **FACTS})
    go = protocol.receive(questions)
    assert go is not None
    if not go[0]["wanted"]:
        protocol.send(answers, {"is": "known"})
        return
    second = "cure" in name or "second" in name
    protocol.send(answers, {"is": "reading", "second": second, "kind": "pdf", "extractor": "fake"})
    misbehave(name, header["attempt"], answers)
    if "grow" in name:
        protocol.send(answers, {"is": "problem", "code": "broken", "detail": "", "memory": 1 << 40})
    elif "problem" in name:
        protocol.send(answers, {"is": "problem", "code": "broken", "detail": f"attempt {header['attempt']}"})
    else:
        end(answers, name)


def main() -> None:
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    greeting = protocol.receive(questions)
    assert greeting is not None
    log("start")
    if os.environ.get("FAKE_READER_SLEEPS"):
        time.sleep(1000)
    if os.environ.get("FAKE_READER_FAILS"):
        sys.exit("no such library")
    protocol.send(answers, {"is": "ready"})
    while (question := protocol.receive(questions)) is not None:
        header, payload = question
        if header["do"] == "chunk" and os.environ.get("FAKE_READER_NO_CHUNKS"):
            protocol.send(answers, {"is": "done"})
        elif header["do"] == "chunk":
            finish(answers, header["document"], [[0, 0, len(payload), 1, 1, 1]], payload)
        else:
            read(payload, header, questions, answers)


if __name__ == "__main__":
    main()
