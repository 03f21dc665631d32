from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import FileProblem
from core.extract import Limits, read, read_bytes, readable_kind
from core.extract.registry import FORMATS, readers_of
from tests.builders import documents


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (b"/x/a.PDF", "pdf"),
        (b"a.docx", "document"),
        (b"a.tar.gz", "archive"),
        (b"README", "text"),
        (b"Makefile", "code"),
        (b"a.fb2.zip", "book"),
        (b"a.zip", "archive"),
        (b"a.jpg", "image"),
        (b"a.mp3", "media"),
        (b"a.exe", None),
        (b".pdf", None),
        (b"pdf", None),
        (b"\xff\xfe.txt", "text"),
        (b"a.xlsx", "spreadsheet"),
        (b"a.html", "web"),
    ],
)
def test_a_name_promises_a_kind(name: bytes, kind: str | None) -> None:
    assert readable_kind(name) == kind


def test_every_reader_named_exists_and_no_extension_is_named_twice() -> None:
    for format_ in FORMATS:
        assert all(callable(reader) for reader in readers_of(format_))
    extensions = [extension for format_ in FORMATS if format_.readers for extension in format_.extensions.split()]
    assert len(extensions) == len(set(extensions))


@pytest.mark.parametrize(
    ("name", "data", "extractor"),
    [
        (b"a.txt", documents.pdf(["words"]), "pdfium"),
        (b"a.doc", documents.docx(documents.paragraph("words")), "docx"),
        (b"a.doc", b"words of a plain letter", "plain"),
        (b"a.doc", b"<html><body><p>words</p></body></html>", "lexbor"),
        (b"a.xls", b"<html><body><table><tr><td>words</table></html>", "lexbor"),
        (b"a.txt", b"<!DOCTYPE html><html><body>words</body></html>", "lexbor"),
        (b"a.odt", documents.epub({"a.xhtml": "<p>words</p>"}), "epub"),
        (b"a.xml", b"<?xml version='1.0'?><a><b>words</b></a>", "xml"),
        (b"a.py", b"<html> = 'words'", "plain"),
    ],
)
def test_the_bytes_decide_who_reads(name: bytes, data: bytes, extractor: str) -> None:
    document = read_bytes(data, name)
    assert document.extractor.startswith(f"{extractor}/")
    assert "words" in document.text


@pytest.mark.parametrize("name", [b"a.pdf", b"a.docx", b"a.epub"])
def test_text_is_no_packed_document(name: bytes) -> None:
    with pytest.raises(FileProblem) as caught:
        read_bytes(b"just some words", name)
    assert caught.value.code == "broken"


@pytest.mark.parametrize("name", [b"a.doc", b"a.xls", b"a.ppt"])
def test_a_truncated_old_office_file_is_broken(name: bytes) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le") + b"\0\0"
    with pytest.raises(FileProblem) as caught:
        read_bytes(head, name)
    assert caught.value.code == "broken"


def test_a_package_encrypted_by_its_program_is_protected() -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0\0"
    with pytest.raises(FileProblem) as caught:
        read_bytes(head, b"a.xlsx")
    assert caught.value.code == "protected"


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("words")
    assert read(os.fsencode(file)).text == "words"


def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to("/dev/zero")
    (tmp_path / "folder.txt").mkdir()
    for name in ("pipe.txt", "link.txt", "folder.txt"):
        with pytest.raises(FileProblem) as caught:
            read(os.fsencode(tmp_path / name))
        assert caught.value.code == "unreadable"


def test_a_file_that_is_gone_has_vanished(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("gone.txt", "file/below.txt"):
        with pytest.raises(FileProblem) as caught:
            read(os.fsencode(tmp_path / name))
        assert caught.value.code == "vanished"


def test_a_name_that_cannot_be_is_unreadable() -> None:
    for name in (b"a\0b.txt", b"/" + b"n" * 5000):
        with pytest.raises(FileProblem) as caught:
            read(name)
        assert caught.value.code == "unreadable"


def test_large_and_hollow_files_are_not_read(tmp_path: Path) -> None:
    hollow = tmp_path / "hollow.txt"
    with hollow.open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    for limits in (Limits(), Limits(max_file_bytes=1000)):
        with pytest.raises(FileProblem) as caught:
            read(os.fsencode(hollow), limits=limits)
        assert caught.value.code == "too_large"


@pytest.mark.parametrize("name", [b"a.pdf", b"a.docx", b"a.xlsx", b"a.rtf", b"a.epub", b"a.eml", b"a.txt", b"a.doc"])
@pytest.mark.parametrize("data", [b"", b"\0\0\0", b" \r\n"])
def test_a_blank_file_is_without_text_whatever_its_name(name: bytes, data: bytes) -> None:
    if readable_kind(name) is not None:
        document = read_bytes(data, name)
        assert (document.text, document.notes) == ("", ("no_text",))
