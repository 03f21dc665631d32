"""Messages as bytes: a JSON header and a payload, after the lengths of both."""

from __future__ import annotations

import json
import struct
from typing import IO

import msgspec

from core.extract_workers.messages import Reply

LENGTHS = struct.Struct("<II")


def packed(message: msgspec.Struct, payload: bytes = b"") -> bytes:
    """A message as bytes; lone surrogates, as damaged files hold them, become question marks."""
    try:
        head = msgspec.json.encode(message)
    except UnicodeEncodeError:
        head = json.dumps(msgspec.to_builtins(message), ensure_ascii=False).encode("utf-8", "replace")
    return b"".join((LENGTHS.pack(len(head), len(payload)), head, payload))


def reply(stream: IO[bytes], message: Reply, payload: bytes = b"") -> None:
    """Write one message of a reader."""
    stream.write(packed(message, payload))
    stream.flush()
