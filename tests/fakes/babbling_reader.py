"""A fake worker process that answers as no reader does: the name of a file says with what, as in `wrong-KIND.txt`.

Other files it reads as lines of text. It is not confined: what it says is the attack. It imports
next to nothing, so that it starts fast: each answer costs a start.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterable
from itertools import chain
from typing import IO

from core.processes.channel import receive

LENGTHS = struct.Struct("<II")

TEXT = "A tall lighthouse stands on the rock.\n\nIts lamp was lit by oil."
WORDS = TEXT.encode()
SKETCH = "00" * 8
Answer = Iterable[bytes]


def framed(header: object, payload: bytes = WORDS) -> bytes:
    """A message whose header need not be one."""
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return LENGTHS.pack(len(head), len(payload)) + head + payload


def document(**changes: object) -> dict[str, object]:
    facts = {"kind": "text", "title": "", "author": "", "parts": [], "notes": [], "extractor": "babble/1"}
    return facts | changes


def done(*, payload: bytes = WORDS, facts: dict[str, object] | None = None, **changes: object) -> bytes:
    header = {"type": "done", "document": facts or document(), "passages": [[0, 0, len(TEXT), 1, None, 1]]}
    return framed(header | {"sketch": SKETCH} | changes, payload)


def with_facts(**changes: object) -> bytes:
    return done(facts=document(**changes))


def with_part(*part: object) -> bytes:
    return with_facts(parts=[list(part)])


def with_passage(*passage: object) -> bytes:
    return done(passages=[list(passage)])


def format_(**changes: object) -> bytes:
    return framed({"type": "format", "kind": "pdf", "extractor": "babble/1", "other_reader": False} | changes, b"")


OPENED = framed({"type": "opened"}, b"")
FORMAT = format_()
READY = framed({"type": "ready", "is_confined": True}, b"")


def partial(text: bytes = b"", **changes: object) -> bytes:
    return framed({"type": "partial", "parts": []} | changes, text)


def endless(message: bytes) -> Answer:
    while True:
        yield message


def close_and_live() -> Answer:
    yield done()[:20]
    os.close(1)
    time.sleep(1000)


def end(code: int) -> Answer:
    yield done()[:20]
    os._exit(code)


def flood_stderr() -> Answer:
    os.write(2, b"noise\n" * 2_000_000)
    yield b"\xff" * 64


# What follows "opened" and "format".
LATER: dict[str, Callable[[], Answer]] = {
    "noise": lambda: [b"\xff" * 64],
    "zeros": lambda: [bytes(64)],
    "endless-zeros": lambda: endless(bytes(1 << 16)),
    "endless-noise": lambda: endless(b"\xa5" * (1 << 16)),
    "endless-header": lambda: chain([LENGTHS.pack(0xFFFFFFFF, 0)], endless(b"[" * (1 << 16))),
    "endless-payload": lambda: chain([LENGTHS.pack(10, 0xFFFFFFFF)], endless(b"x" * (1 << 16))),
    "endless-pages": lambda: endless(partial()),
    "endless-text": lambda: endless(partial(b"x" * 100_000)),
    "endless-parts": lambda: endless(partial(parts=[[0, 0, "page", 1, ""]] * 1000)),
    "empty-header": lambda: [framed(b"")],
    "not-json": lambda: [framed(b"{type: done}")],
    "half-json": lambda: [framed(b'{"type": "done", "document": {')],
    "a-list": lambda: [framed([1, 2, 3])],
    "a-number": lambda: [framed(42)],
    "null": lambda: [framed(None)],
    "no-type": lambda: [framed({"document": document()})],
    "unknown-type": lambda: [framed({"type": "shutdown"})],
    "type-is-a-list": lambda: [framed({"type": ["done"]})],
    "unknown-field": lambda: [done(path="/etc/passwd")],
    "missing-field": lambda: [framed({"type": "done", "document": document()})],
    "deep-list": lambda: [framed(b"[" * 100_000)],
    "deep-value": lambda: [framed(b'{"type": "done", "document": ' + b'{"kind": ' * 50_000)],
    "deep-unknown-value": lambda: [framed(b'{"type": "partial", "parts": [], "more": ' + b"[" * 50_000)],
    "header-not-utf-8": lambda: [framed(b'{"type": "problem", "code": "broken", "detail": "\xff\xfe"}')],
    "half-a-character-in-the-title": lambda: [
        framed(
            b'{"type": "done", "document": {"kind": "text", "title": "\\ud800", "author": "", "parts": [], "notes": [],'
            b'"extractor": ""}, "passages": [], "sketch": "00000000"}'
        )
    ],
    "title-with-nul": lambda: [with_facts(title="a\0b")],
    "title-of-two-lines": lambda: [with_facts(title="one\ntwo")],
    "title-without-end": lambda: [with_facts(title="x" * 1_000_000)],
    "title-is-a-number": lambda: [with_facts(title=7)],
    "author-is-null": lambda: [with_facts(author=None)],
    "author-with-control-characters": lambda: [with_facts(author="\x1b]0;title\x07")],
    "kind-unknown": lambda: [with_facts(kind="program")],
    "extractor-is-a-path": lambda: [with_facts(extractor="../../../etc/passwd")],
    "extractor-without-end": lambda: [with_facts(extractor="x" * 1_000_000)],
    "note-unknown": lambda: [with_facts(notes=["refused"])],
    "notes-without-end": lambda: [with_facts(notes=["partial"] * 100_000)],
    "text-not-utf-8": lambda: [done(payload=b"\xff\xfe" * 20)],
    "text-with-nul": lambda: [done(payload=b"a\0" * 30)],
    "text-with-escapes": lambda: [done(payload=b"\x1b[2J" * 20)],
    "text-too-long": lambda: [done(payload=b"x" * 31_000_000)],
    "part-before-the-text": lambda: [with_part(-5, 3, "page", 1, "")],
    "part-behind-the-text": lambda: [with_part(0, 10_000, "page", 1, "")],
    "part-that-ends-before-it-starts": lambda: [with_part(9, 3, "page", 1, "")],
    "parts-out-of-order": lambda: [with_facts(parts=[[20, 30, "page", 1, ""], [0, 10, "page", 2, ""]])],
    "page-zero": lambda: [with_part(0, 3, "page", 0, "")],
    "page-minus-one": lambda: [with_part(0, 3, "page", -1, "")],
    "page-of-a-thousand-digits": lambda: [
        framed(b'{"type": "partial", "parts": [[0, 3, "page", ' + b"9" * 1000 + b', ""]]}')
    ],
    "page-one-and-a-half": lambda: [with_part(0, 3, "page", 1.5, "")],
    "page-not-a-number": lambda: [framed(b'{"type": "partial", "parts": [[0, 3, "page", NaN, ""]]}')],
    "page-is-true": lambda: [with_part(0, 3, "page", True, "")],
    "page-is-a-word": lambda: [with_part(0, 3, "page", "1", "")],
    "unit-unknown": lambda: [with_part(0, 3, "volume", 1, "")],
    "part-too-short": lambda: [with_part(0, 3)],
    "part-too-long": lambda: [with_part(0, 3, "page", 1, "", "more")],
    "label-without-end": lambda: [with_part(0, 3, "sheet", 1, "x" * 1_000_000)],
    "label-with-nul": lambda: [with_part(0, 3, "sheet", 1, "a\0b")],
    "passage-behind-the-text": lambda: [with_passage(0, 0, 10_000, 1, None, 1)],
    "passage-before-the-text": lambda: [with_passage(0, -1, 10, 1, None, 1)],
    "passage-without-text": lambda: [with_passage(0, 5, 5, 1, None, 1)],
    "passage-with-another-number": lambda: [with_passage(7, 0, 10, 1, None, 1)],
    "passage-on-no-page": lambda: [with_passage(0, 0, 10, 1, 3, 1)],
    "passage-on-line-zero": lambda: [with_passage(0, 0, 10, 1, None, 0)],
    "passage-with-minus-tokens": lambda: [with_passage(0, 0, 10, -1, None, 1)],
    "passages-out-of-order": lambda: [done(passages=[[0, 20, 30, 1, None, 1], [1, 0, 10, 1, None, 1]])],
    "passages-over-and-over": lambda: [done(passages=[[n, 0, len(TEXT), 1, None, 1] for n in range(1000)])],
    "sketch-not-hexadecimal": lambda: [done(sketch="zz" * 8)],
    "sketch-of-half-a-number": lambda: [done(sketch="0000")],
    "sketch-without-end": lambda: [done(sketch="00" * 100_000)],
    "ready-again": lambda: [READY, done()],
    "format-again": lambda: [FORMAT, done()],
    "opened-again": lambda: [OPENED, done()],
    "done-twice": lambda: [done() + done()],
    "noise-after-done": lambda: [done() + b"\xff" * 64],
    "chunked-instead": lambda: [framed({"type": "chunked", "passages": [], "sketch": SKETCH})],
    "problem-unknown": lambda: [framed({"type": "problem", "code": "vanished", "detail": ""})],
    "problem-without-end": lambda: [framed({"type": "problem", "code": "broken", "detail": "x" * 1_000_000})],
    "problem-after-done": lambda: [done() + framed({"type": "problem", "code": "broken", "detail": ""}, b"")],
    "closes-its-pipe": close_and_live,
    "ends-well-in-a-message": lambda: end(0),
    "ends-badly-in-a-message": lambda: end(3),
    "noise-after-much-noise-on-stderr": flood_stderr,
}

# What comes before "opened", or instead of "format".
FIRST: dict[str, bytes] = {
    "done-before-opened": done(),
    "format-before-opened": FORMAT + OPENED + done(),
    "ready-instead": READY + done(),
    "done-before-format": OPENED + done(),
    "page-before-format": OPENED + partial(b"x") + FORMAT + done(),
    "format-of-unknown-kind": OPENED + format_(kind="program") + done(),
    "format-that-may-have-another": OPENED + format_(other_reader="perhaps") + done(),
    "format-read-by-a-path": OPENED + format_(extractor="/bin/sh") + done(),
}

KINDS = (*LATER, *FIRST)


def answer(name: str, replies: IO[bytes]) -> None:
    kind = name.removeprefix("wrong-").removesuffix(".txt")
    if kind in FIRST:
        replies.write(FIRST[kind])
    else:
        replies.write(OPENED + FORMAT)
        for piece in LATER[kind]() if kind in LATER else [done()]:
            replies.write(piece)
            replies.flush()
    replies.flush()


def request(channel: socket.socket) -> tuple[bytes, int | None] | None:
    """The payload of the next request, and its descriptor; None at the end."""
    lengths, descriptor = receive(channel, LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head, payload = LENGTHS.unpack(lengths)
    return receive(channel, head + payload)[0][head:], descriptor


def main() -> None:
    channel, replies = socket.socket(fileno=os.dup(0)), sys.stdout.buffer
    request(channel)
    replies.write(READY)
    replies.flush()
    while (received := request(channel)) is not None:
        name, descriptor = received
        assert descriptor is not None
        os.close(descriptor)
        answer(name.decode(), replies)


if __name__ == "__main__":
    main()
