"""A fake worker process that does what a file's name tells it to: hang, die, chatter, or read a line of text.

python -m tests.fakes.fake_extract_worker LOG [sleeps | fails | no-chunks]

It speaks the protocol of the pool without any document library, and is not confined. Each start, and each job, leaves a
line in LOG.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import IO

from core.extract_workers import protocol
from core.extract_workers.messages import (
    Chunk,
    Chunked,
    DocumentFacts,
    Done,
    Extract,
    FileOpened,
    FormatFound,
    PackedPart,
    PackedPassage,
    Partial,
    ProblemFound,
    ReaderReady,
)
from core.extract_workers.requests import RequestChannel

SKETCH = "00" * 8


def log(line: str) -> None:
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        file.write(line + "\n")


def misbehave(name: str, attempt: int, replies: IO[bytes]) -> None:
    if "pages" in name:
        protocol.reply(replies, Partial([PackedPart(0, 8, "page", 1, "")]), b"page one\n\n")
        protocol.reply(replies, Partial([PackedPart(10, 18, "page", 2, "")]), b"page two")
    if "loud" in name:
        os.write(2, b"noise of a library\n" * 20_000)
    if "mutter" in name:
        os.write(2, b"a warning about this file\n")
    if "garble" in name:
        os.write(1, b"\xff" * 64)
    if "strange" in name:
        protocol.reply(replies, ReaderReady(is_confined=True))
    if "cure" in name and attempt == 2:
        return
    if "die" in name:
        os.write(2, b"the last line\n")
        os.kill(os.getpid(), signal.SIGABRT)
    if "drop" in name:
        os.kill(os.getpid(), signal.SIGABRT)
    if "hang" in name:
        time.sleep(1000)


def read(name: str, attempt: int, descriptor: int, replies: IO[bytes]) -> None:
    log(f"{os.getpid()} {name} {attempt}")
    once = f"{sys.argv[1]}-{name}"
    if "early" in name and not os.path.exists(once):
        open(once, "wb").close()
        os.kill(os.getpid(), signal.SIGKILL)
    protocol.reply(replies, FileOpened())
    os.close(descriptor)
    protocol.reply(replies, FormatFound("pdf", "fake/1", other_reader="cure" in name or "second" in name))
    misbehave(name, attempt, replies)
    if "problem" in name:
        protocol.reply(replies, ProblemFound("broken", f"attempt {attempt}"))
        return
    facts = DocumentFacts("text", "", "", [], [], "fake/1")
    protocol.reply(replies, Done(facts, [PackedPassage(0, 0, len(name), 1, None, 1)], SKETCH), name.encode())


def main() -> None:
    requests, replies = RequestChannel.of_stdin(), sys.stdout.buffer
    assert requests.configuration() is not None
    log("start")
    if "sleeps" in sys.argv:
        time.sleep(1000)
    if "fails" in sys.argv:
        sys.exit("no such library")
    protocol.reply(replies, ReaderReady(is_confined=False))
    while (received := requests.receive()) is not None:
        match received:
            case Chunk(), payload, _ if "no-chunks" not in sys.argv:
                protocol.reply(replies, Chunked([PackedPassage(0, 0, len(payload), 1, 1, 1)], SKETCH))
            case Chunk(), _, _:
                protocol.reply(replies, ReaderReady(is_confined=False))
            case Extract(attempt=attempt), name, int(descriptor):
                read(name.decode(), attempt, descriptor, replies)


if __name__ == "__main__":
    main()
