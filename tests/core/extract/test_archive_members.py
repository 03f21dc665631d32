"""The files in an archive as members: names, times, limits, and archives that lie."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile

import pytest

from core.errors import FileProblem
from core.extract import Limits
from core.extract.archive import LATEST
from core.extract.archive_members import MAX_FILE_BYTES, files_of
from core.extract.members import ContainerInput, Member, path_of
from tests.builders.archives import PACKERS, locked, tar, zipped

FILES = {f"notes/{number}.txt": b"The lamp of day %d." % number for number in range(5)}


def members(
    data: bytes,
    *,
    start: int = 0,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
) -> tuple[list[Member], str]:
    """What is found in an archive from a place on, and what ended it."""
    found: list[Member] = []
    try:
        found.extend(files_of(ContainerInput(b"a", io.BytesIO(data), len(data), start, limits)))
    except FileProblem as problem:
        return found, str(problem)
    return found, ""


@pytest.mark.parametrize("name", PACKERS)
def test_each_file_is_a_member_and_is_found_again_at_its_place(name: str) -> None:
    data = PACKERS[name](FILES)
    found, problem = members(data)
    assert ({one.name: one.data for one in found}, problem) == (FILES, "")
    assert all(one.modified is not None for one in found if name.endswith("tar"))
    for one in found:
        again = next(files_of(ContainerInput(b"a", io.BytesIO(data), len(data), one.place)))
        assert (again.name, again.data) == (one.name, one.data)
        assert members(data, start=one.following)[0] == found[found.index(one) + 1 :]


def test_what_is_not_read_keeps_its_name_and_hidden_files_do_not() -> None:
    names = ("film.mkv", "program.exe", ".git/config", "__MACOSX/a.txt", "a/.hidden.txt", "README", "./b.txt")
    found, problem = members(zipped(dict.fromkeys(names, b"some text")))
    assert {one.name: (one.data, one.size) for one in found} == {
        "film.mkv": (b"some text", 9),
        "program.exe": (b"", 9),
        "README": (b"some text", 9),
        "./b.txt": (b"some text", 9),
    }
    assert not problem


def test_names_that_lead_elsewhere_stay_inside() -> None:
    names = ("../../etc/passwd.txt", "/etc/shadow.txt", "C:\\Windows\\a.txt", "a/../../b.txt", "\\\\host\\c.txt", "..")
    found, _ = members(tar(dict.fromkeys(names, b"x")))
    assert [path_of(one.name) for one in found] == [
        b"etc/passwd.txt", b"etc/shadow.txt", b"C:/Windows/a.txt", b"a/b.txt", b"host/c.txt", b"unnamed",
    ]  # fmt: skip


def test_a_name_in_another_encoding_and_a_time_that_no_file_has() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT, encoding="latin-1") as archive:
        info = tarfile.TarInfo("Gr\u00fc\u00dfe aus M\u00fcnchen.txt")
        info.size, info.mtime = 1, int(LATEST) * 1000
        archive.addfile(info, io.BytesIO(b"a"))
    [found], problem = members(packed.getvalue())
    assert (found.name, found.modified, problem) == ("Gr\u00fc\u00dfe aus M\u00fcnchen.txt", None, "")


def test_a_file_that_needs_a_password_does_not_keep_others_from_being_read() -> None:
    data = locked(zipped(FILES))
    found, problem = members(data)
    assert [one.name for one in found] == list(FILES)[1:]
    assert problem.startswith("protected")
    assert members(data, start=3)[1].startswith("protected"), "also where it was passed before"


def test_a_damaged_file_of_a_zip_does_not_keep_others_from_being_read() -> None:
    data = bytearray(zipped({"a.txt": b"The lamp.", "b.txt": b"The pier."}))
    data[data.index(b"PK\1\2") + 16] ^= 1  # of the checksum of the first file
    found, problem = members(bytes(data))
    assert [(one.name, one.problem, bool(one.data)) for one in found] == [
        ("a.txt", "broken", False),
        ("b.txt", None, True),
    ]
    assert not problem
    assert members(PACKERS["a.tar.gz"](FILES)[:-60])[1].startswith("broken"), "of a tar, what follows is lost"


def test_a_file_over_the_limit_has_a_problem_if_it_is_a_document() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("a.txt", "film.mkv"):
            archive.writestr(name, b"a")
    data = packed.getvalue().replace(struct.pack("<II", 1, 1), struct.pack("<II", 1, MAX_FILE_BYTES + 1))
    found, problem = members(data)
    assert [(one.name, one.problem, one.data) for one in found] == [
        ("a.txt", "too_large", b""),
        ("film.mkv", None, b""),
    ]
    assert not problem


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.7z", "a.tar.zst"])
def test_a_bomb_ends_the_archive_and_says_where(name: str) -> None:
    files = {"a.txt": b"lamp", "b.txt": bytes(30_000_000), "c.txt": b"pier"}
    found, problem = members(PACKERS[name](files), limits=Limits(ratio_from=1_000_000))
    assert [one.name for one in found] == ["a.txt"]
    assert problem in (f"truncated: files:{number}/{3 if name == 'a.zip' else 0}" for number in (0, 1))


def test_files_that_share_their_bytes_count_each_time() -> None:
    files = {f"{number}.txt": bytes(range(256)) * 4_000 for number in range(6)}
    limits = Limits(max_unpacked_bytes=3_000_000)
    found, problem = members(zipped(files), limits=limits)
    assert ([one.name for one in found], problem) == (["0.txt", "1.txt"], "truncated: files:2/6")
    later, problem = members(zipped(files), start=2, limits=limits)
    assert (later, problem) == ([], "truncated: files:2/6"), "also where reading is resumed"


def test_of_too_many_files_the_first_are_read_and_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.extract.archive.MAX_MEMBERS", 50)
    files = {f"{number}.exe": b"" for number in range(55)}
    for data, total in ((zipped(files), 55), (tar(files), 0)):
        found, problem = members(data)
        assert (len(found), problem) == (50, f"truncated: files:50/{total}")
