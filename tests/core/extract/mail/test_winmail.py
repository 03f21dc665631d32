"""Files that Outlook packs into winmail.dat."""

from __future__ import annotations

import base64
import struct

from core.extract.mail.parts import parse
from core.extract.mail.winmail import files_in


def attribute(level: int, number: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def packed(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


LONG = "Sitzung größer.txt".encode("utf-16-le") + b"\0\0"
NAMED = b"\1\0\0\0\x1f\0\7\x37" + struct.pack("<II", 1, len(LONG)) + LONG
FILE = packed(
    attribute(1, 0x2800C, b"the body\0"),
    attribute(2, 0x69002, b"\1\0" + bytes(12)),
    attribute(2, 0x18010, b"minutes.txt\0"),
    attribute(2, 0x6800F, b"minutes of the committee"),
    attribute(2, 0x69002, b"\1\0" + bytes(12)),
    attribute(2, 0x18010, b"SITZUN~1.TXT\0"),
    attribute(2, 0x6800F, b"budget"),
    attribute(2, 0x69005, NAMED),
)


def test_the_files_are_attachments_of_the_message() -> None:
    part = "--B\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    body = base64.encodebytes(FILE).decode()
    read = parse(f"Subject: a\nContent-Type: multipart/mixed; boundary=B\n\n{part}{body}\n--B--\n".encode())
    assert [(attachment.name, attachment.data) for attachment in read.attachments] == [
        ("minutes.txt", b"minutes of the committee"),
        ("Sitzung größer.txt", b"budget"),
    ]


def test_what_is_before_damage_is_kept_and_other_data_is_no_file() -> None:
    assert files_in(FILE[: FILE.index(b"budget")]) == [("minutes.txt", b"minutes of the committee")]
    assert files_in(packed(attribute(2, 0x69002, b"")) + struct.pack("<BII", 2, 0x6800F, 0xFFFFFFFF)) == []
    assert files_in(b"x" + FILE) == []
    assert all(len(files_in(FILE[:size])) <= 2 for size in range(len(FILE)))
