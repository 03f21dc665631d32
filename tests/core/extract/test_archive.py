"""Archives: what is in them, what they claim falsely, and how far they are unpacked."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile

import pytest
from backports import zstd

from core.errors import FileProblem
from core.extract import Limits, read_bytes
from core.extract.archive import MAX_MEMBERS, Archive
from core.extract.unknown_names import says_nothing
from tests.builders.archives import PACKERS, locked, seven, tar, zipped

FILES = {"notes/lamp.txt": b"The lamp is lit.", "Gr\u00fc\u00dfe.md": b"# Hello"}


def contents(data: bytes, limits: Limits = Limits()) -> dict[str, bytes]:  # noqa: B008 - it is frozen
    archive = Archive(io.BytesIO(data), len(data), limits)
    return {entry.name: archive.read(entry) for entry in archive.entries()}


@pytest.mark.parametrize("name", PACKERS)
def test_the_files_of_an_archive(name: str) -> None:
    files = FILES if name != "a.rar" else {"notes/lamp.txt": b"The lamp is lit.", "b.md": b"# Hello"}
    data = PACKERS[name](files)
    assert contents(data) == files
    found = read_bytes(data, name.encode())
    assert (found.kind, found.text.split("\n")) == ("archive", list(files))


def test_names_of_an_old_program_are_in_the_encoding_of_all_of_them() -> None:
    name = "\u5ba1\u8ba1\u538b\u7f29\u5305\u6587\u4ef6\u68c0\u7d22.txt"
    raw = name.encode("gb18030")
    data = zipped({"x" * len(raw): b"a"}).replace(b"x" * len(raw), raw)
    assert contents(data) == {name: b"a"}


def test_an_old_tar_without_a_mark() -> None:
    header = bytearray(tar(FILES)[:512])
    header[257:265] = bytes(8)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    data = bytes(header) + tar(FILES)[512:]
    assert read_bytes(data, b"backup").text.split("\n") == list(FILES)
    with pytest.raises(FileProblem):
        read_bytes(bytes(header[:200]) + b"\x01" + data[201:], b"backup")


def test_links_folders_and_devices_are_no_files() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("x")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert contents(packed.getvalue()) == {}
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as package:
        package.writestr(link, "/etc/passwd")
        package.mkdir("folder")
    assert contents(packed.getvalue()) == {}


@pytest.mark.parametrize("name", PACKERS)
def test_a_file_ends_at_the_limit(name: str) -> None:
    with pytest.raises(FileProblem, match="too_large"):
        contents(PACKERS[name]({"a.txt": bytes(30_000)}), Limits(max_member_bytes=10_000))


@pytest.mark.parametrize("name", sorted({*PACKERS} - {"a.tar", "a.rar"}))  # in these, files are stored
def test_a_bomb_ends_at_the_limit(name: str) -> None:
    with pytest.raises(FileProblem, match="too_large"):
        contents(PACKERS[name]({"a.txt": bytes(30_000_000)}), Limits(ratio_from=1_000_000))


def test_all_files_together_have_a_limit() -> None:
    data = zipped({f"{number}.bin": bytes(range(256)) * 4_000 for number in range(4)})
    with pytest.raises(FileProblem, match="too_large"):
        contents(data, Limits(max_unpacked_bytes=3_000_000))


def test_a_zip_that_lies_about_the_size_of_a_file() -> None:
    data = zipped({"a.txt": b"a" * 50_000})
    lying = data.replace(struct.pack("<I", 50_000), struct.pack("<I", 10))
    with pytest.raises(FileProblem, match="broken"):
        contents(lying)
    claimed = data.replace(struct.pack("<I", 50_000), struct.pack("<I", 4_000_000_000))
    with pytest.raises(FileProblem, match="too_large"):
        contents(claimed)


def test_a_header_that_unpacks_to_everything() -> None:
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, 5_000_000_000
    data = zstd.compress(header.tobuf(tarfile.PAX_FORMAT) + b"a" * 40_000_000)
    with pytest.raises(FileProblem, match="too_large"):
        contents(data)


def test_sparse_files_cost_no_more_than_they_claim() -> None:
    info = tarfile.TarInfo("a.txt")
    info.pax_headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.realsize": "900000000000",
        "GNU.sparse.name": "a",
    }
    info.size = 512
    data = info.tobuf(tarfile.PAX_FORMAT) + b"1\n0\n900000000000\n".ljust(512, b"\0") + bytes(1024)
    with pytest.raises(FileProblem, match=r"too_large|broken"):
        contents(data)


def test_an_archive_with_a_password() -> None:
    with pytest.raises(FileProblem, match="protected"):
        contents(locked(zipped({"a.txt": b"a"})))


@pytest.mark.parametrize(
    "data",
    [b"PK\3\4" + b"\xff" * 80, b"7z\xbc\xaf\x27\x1c" + b"\xff" * 80, b"Rar!\x1a\x07\0" + b"\xff" * 80, b"x" * 600],
)
def test_a_damaged_archive(data: bytes) -> None:
    with pytest.raises(FileProblem, match="broken"):
        contents(data)


def test_what_is_whole_of_a_cut_archive_is_listed() -> None:
    data = tar({"a.txt": b"a" * 600, "b.txt": b"b" * 60_000})
    assert read_bytes(data[:3_000], b"a.tar").text == "a.txt\nb.txt"


def test_an_archive_of_a_million_files_is_looked_at_in_part() -> None:
    data = tar({str(number): b"" for number in range(MAX_MEMBERS + 5)})
    assert sum(1 for _ in Archive(io.BytesIO(data), len(data), Limits()).entries()) == MAX_MEMBERS


def test_a_document_named_zip_is_no_archive_and_without_libarchive_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read_bytes(zipped({"visio/document.xml": b"<a/>"}), b"a.zip").kind == "document"
    monkeypatch.setattr("core.extract.archive.libarchive", lambda: None)
    assert says_nothing(read_bytes(seven(FILES), b"a.7z"))
