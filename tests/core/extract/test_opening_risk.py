"""Which files are asked about before they are opened: by their name, their target and their content."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from core.document import OpeningRisk
from core.extract.opening_risk import MAX_DIRECTORY, WHOLE, ending_of, opening_risk
from tests.builders import multilingual_folder

ELF = b"\x7fELF\2\1\1\0" + bytes(56)
WINDOWS_PROGRAM = b"MZ\x90\0\3\0\0\0" + bytes(120) + b"PE\0\0"
LINK = b"L\0\0\0\x01\x14\x02\0" + bytes(68)
DESKTOP_ENTRY = b"#!/usr/bin/env xdg-open\n[Desktop Entry]\nType=Application\nExec=sh -c 'echo gone'\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def package(*members: str, mimetype: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for member in members:
            archive.writestr(member, "<x/>")
    return made.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")
ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("setup.exe", WINDOWS_PROGRAM, "program"),
        ("invoice\u202etxt.exe", b"not even a program", "program"),
        ("invoice.pdf.EXE", b"x", "program"),
        ("invoice.exe. .", b"x", "program"),
        ("game.AppImage", ELF, "program"),
        ("invoice.pdf", ELF, "program"),
        ("letter.txt", WINDOWS_PROGRAM, "program"),
        ("letter", ELF, "program"),
        ("clean up.sh", b"rm -rf ~\n", "script"),
        ("letter", b"#!/bin/sh\nrm -rf ~\n", "script"),
        ("report.pdf", b"#!/bin/sh\nrm -rf ~\n", "script"),
        ("page.hta", b"<html>", "script"),
        ("Letter.desktop", DESKTOP_ENTRY, "shortcut"),
        ("letter", b"[Desktop Entry]\nExec=sh\n", "shortcut"),
        ("letter.pdf", b"\n[InternetShortcut]\nURL=file:///etc\n", "shortcut"),
        ("site.url", b"[InternetShortcut]\nURL=https://example.org\n", "shortcut"),
        ("letter.pdf.lnk", LINK, "shortcut"),
        ("letter.pdf", LINK, "shortcut"),
        ("offer.docm", DOCX, "macros"),
        ("offer.docx", package("word/document.xml", "word/vbaProject.bin"), "macros"),
        ("table.xlsx", package("xl/workbook.xml", "xl/macrosheets/sheet1.xml"), "macros"),
        ("offer.odt", package("Basic/Standard/Module1.xml", mimetype=ODT), "macros"),
        ("offer.doc", OLE + "_VBA_PROJECT".encode("utf-16-le") + b"\0\0", "macros"),
    ],
)
def test_what_may_run_is_asked_about(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    risk = opening_risk(str(path))
    assert risk is not None
    assert risk.kind == kind


@pytest.mark.parametrize(
    ("name", "content", "risk"),
    [
        ("letter.pdf", b"<!doctype html><html><body>x", OpeningRisk("mismatch", "pdf", "web")),
        ("letter.pdf", package("a.txt"), OpeningRisk("mismatch", "pdf", "archive")),
        ("letter.pdf", b"Only words.", OpeningRisk("mismatch", "pdf", "text")),
        ("letter.docx", b"{\\rtf1 x}", OpeningRisk("mismatch", "docx", "document")),
        ("table.xls", b"<html><table>", OpeningRisk("mismatch", "xls", "web")),
        ("picture.png", b"%PDF-1.7\n", OpeningRisk("mismatch", "png", "pdf")),
        ("picture.png", bytes(range(256)), OpeningRisk("mismatch", "png", "other")),
        ("notes.txt", PNG, OpeningRisk("mismatch", "txt", "image")),
        ("song.mp3", PNG, OpeningRisk("mismatch", "mp3", "image")),
        ("files.zip", b"%PDF-1.7\n", OpeningRisk("mismatch", "zip", "pdf")),
    ],
)
def test_a_content_that_the_ending_hides_is_asked_about(
    tmp_path: Path, name: str, content: bytes, risk: OpeningRisk
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert opening_risk(str(path)) == risk


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.docx", DOCX),
        ("letter.odt", package("content.xml", "Basic/", mimetype=ODT)),
        ("letter.pdf", b"%PDF-1.7\n"),
        ("letter.pdf", b"\n\n%PDF-1.7\n"),
        ("picture.png", PNG),
        ("picture.jpg", PNG),  # programs that show pictures show any kind of picture
        ("clip.mp4", b"\0\0\0\x20ftypisom" + bytes(20)),
        ("files.zip", package("a.txt")),
        ("notes.txt", b"MZ is how a note may begin."),
        ("notes.md", b"# Notes\n[Desktop Entry] is a section.\n"),
        ("settings.conf", b"#!comment\n"),
        ("graph.dot", b"digraph { a -> b }"),
        ("empty.pdf", b""),
        ("unknown.qqq", b"\x01\x02\x03"),
        ("no ending", b"Only words."),
        (".profile", b"export A=1\n"),
    ],
)
def test_an_honest_document_is_opened_without_a_question(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert opening_risk(str(path)) is None


def test_of_the_documents_of_the_tests_only_a_script_is_asked_about(tmp_path: Path) -> None:
    folder = multilingual_folder.write_documents(tmp_path / "Documents")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path.name for path in files if opening_risk(str(path))] == ["rent.py"]


def test_a_link_is_what_it_points_at(tmp_path: Path) -> None:
    program = tmp_path / "clean up.sh"
    program.write_text("rm -rf ~\n")
    link = tmp_path / "letter.pdf"
    link.symlink_to(program)
    assert opening_risk(str(link)) == OpeningRisk("script", "pdf")


def test_a_pipe_is_asked_about_and_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "letter.pdf")
    assert opening_risk(str(tmp_path / "letter.pdf")) == OpeningRisk("mismatch", "pdf", "device")


def test_a_script_of_a_text_ending_is_asked_about_only_where_it_can_be_run(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("#!/bin/sh\nrm -rf ~\n")
    assert opening_risk(str(path)) is None
    path.chmod(0o700)
    assert opening_risk(str(path)) == OpeningRisk("script", "txt")


def test_of_a_huge_package_the_directory_is_read(tmp_path: Path) -> None:
    path = tmp_path / "slides.pptx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("ppt/presentation.xml", "<x/>")
        archive.writestr("ppt/media/film.mp4", bytes(WHOLE + 1))
    assert opening_risk(str(path)) is None
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("ppt/vbaProject.bin", "x")
    assert opening_risk(str(path)) == OpeningRisk("macros", "pptx")


def test_a_directory_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    data = bytearray(DOCX)
    end = data.rindex(b"PK\5\6")
    data[end + 12 : end + 16] = (MAX_DIRECTORY + 1).to_bytes(4, "little")
    path = tmp_path / "letter.docx"
    path.write_bytes(data)
    assert opening_risk(str(path)) == OpeningRisk("mismatch", "docx", "archive")


def test_what_cannot_be_read_is_no_risk_but_its_name_may_be(tmp_path: Path) -> None:
    assert opening_risk(str(tmp_path / "gone.pdf")) is None
    assert opening_risk(str(tmp_path / "gone.exe")) == OpeningRisk("program", "exe")
    assert opening_risk(str(tmp_path)) is None


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.B", "b"), ("a.tar.gz", "gz"), (".bashrc", ""), ("a", ""), ("a.exe\u200b", "exe"), ("a. .", "")],
)
def test_the_ending_is_what_counts(name: str, ending: str) -> None:
    assert ending_of(f"/folder.x/{name}") == ending


@pytest.mark.parametrize(
    ("name", "content", "plain"),
    [
        ("clean up.sh", b"rm -rf ~\n", True),
        ("photos.py", b"#!/usr/bin/python3\nprint()\n", True),
        ("invoice\u202etxt.sh", b"rm -rf ~\n", False),
        ("invoice\u200b.sh", b"rm -rf ~\n", False),
        ("a.sh", ELF, False),
        ("a.js", WINDOWS_PROGRAM, False),
        ("a.bat", package("a"), False),
        ("letter", b"#!/bin/sh\nrm -rf ~\n", False),
        ("report.pdf", b"#!/bin/sh\nrm -rf ~\n", False),
        ("setup.exe", b"rm -rf ~\n", False),
        ("Letter.desktop", DESKTOP_ENTRY, False),
    ],
)
def test_a_plain_script_is_what_it_looks_like(tmp_path: Path, name: str, content: bytes, plain: bool) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    risk = opening_risk(str(path))
    assert risk is not None
    assert risk.plain == plain


def test_a_link_and_a_download_are_no_plain_scripts(tmp_path: Path) -> None:
    script, link = tmp_path / "a.sh", tmp_path / "b.sh"
    (tmp_path / "hidden").write_bytes(b"rm -rf ~\n")
    link.symlink_to(tmp_path / "hidden")
    script.write_bytes(b"rm -rf ~\n")
    os.setxattr(script, "user.xdg.origin.url", b"https://example.org/a.sh")
    for path in (script, link):
        risk = opening_risk(str(path))
        assert risk is not None
        assert (risk.kind, risk.plain) == ("script", False)
