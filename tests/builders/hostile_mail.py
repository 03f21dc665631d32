"""Messages that are made to break or to tire a reader. Each holds the word "needle" in a text that can be read."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.builders import documents

HEADER = b"From: a@b\nTo: c@d\nSubject: s\nDate: Mon, 06 May 2024 10:00:00 +0200\nMIME-Version: 1.0\n"
MIXED = b'Content-Type: multipart/mixed; boundary="x"\n\n--x\n\nneedle\n'
DEEP = 5_000  # parts inside parts
MANY = 10_000  # parts side by side


def nested(kind: bytes, depth: int) -> bytes:
    """Parts inside parts; the innermost has the text."""
    opened = (b'Content-Type: multipart/%s; boundary="b%d"\n\n--b%d\n' % (kind, at, at) for at in range(depth))
    return HEADER + b"".join(opened) + b"Content-Type: text/plain\n\nneedle\n"


def attached(name: bytes, data: bytes) -> bytes:
    """A part that is an attachment."""
    head = b'--x\nContent-Type: application/octet-stream; name="%s"\nContent-Disposition: attachment\n' % name
    return head + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(data)


def inside_itself(times: int) -> bytes:
    """A message attached to a message, and so on."""
    message = HEADER + MIXED + b"--x--\n"
    for _ in range(times):
        message = HEADER + MIXED + attached(b"m.eml", message) + b"--x--\n"
    return message


def messages() -> dict[str, bytes]:
    """The hostile messages by name."""
    bomb = documents.zipped({"word/document.xml": b" " * 100_000_000})
    body = b"\nneedle\n"
    return {
        "nested.eml": nested(b"mixed", DEEP),
        "alternatives.eml": nested(b"alternative", 80),
        "forwarded.eml": (HEADER + b"Content-Type: message/rfc822\n\n") * DEEP + HEADER + body,
        "many-parts.eml": HEADER + MIXED + b"--x\n\npart\n" * MANY + b"--x--\n",
        "long-header.eml": HEADER + b"X-A: " + b"y" * 5_000_000 + b"\n" + body,
        "many-headers.eml": HEADER + b"X-A: y\n" * 100_000 + body,
        "folded-header.eml": HEADER + b"X-A: y" + b"\n z" * 300_000 + b"\n" + body,
        "encoded-header.eml": HEADER + b"X-A: y\nSubject: " + b"=?utf-8?q?ab?= " * 100_000 + b"\n" + body,
        "recipients.eml": HEADER + b"Cc: " + b"a@b.c, " * 500_000 + b"\n" + body,
        "utf-16.eml": HEADER + b"Content-Type: text/plain; charset=utf-16\n" + body,
        "no-charset.eml": HEADER + b"Content-Type: text/plain; charset=zlib_codec\n" + body,
        "raw-bytes.eml": HEADER + b"Cc: \xfc\xe4\xff\n" + body,
        "bomb.eml": HEADER + MIXED + attached(b"bomb.docx", bomb) + b"--x--\n",
        "inside-itself.eml": inside_itself(8),
        "deep-html.eml": HEADER + b"Content-Type: text/html\n\n" + b"<div>" * 100_000 + b"needle",
        "no-base64.eml": HEADER + MIXED + b"--x\nContent-Transfer-Encoding: base64\n\n" + b"%%%A" * 200_000,
        "size-lie.emlx": b"999999999999999\n" + HEADER + body,
        "no-messages.mbox": b"From a\nSubject: s\n\n" * 3_000 + b"From a\nSubject: s\n\nneedle\n",
        "long-from.mbox": (b"From " + b"00:00 " * 500_000 + b"\n\n") + b"From a\nSubject: s\n\nneedle\n",
    }


def write(folder: Path) -> None:
    """Write the hostile messages to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in messages().items():
        (folder / name).write_bytes(data)
