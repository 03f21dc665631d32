"""Folders and files that no other user can open; tried as another user where this one is root."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import paths
from core.engine.supervisor import orphans
from core.engine.supervisor.log import EngineLog
from core.models import ENGLISH
from core.models.folder import _cache
from core.private_files import private_folder, replace_file, tighten
from core.startup import secure_process

STRANGER = 65534  # the user id of "nobody"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process of another user")

READER = """
import os, sys
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
for top in sys.argv[1:]:
    for folder, folders, files in os.walk(top):
        print(folder, *files)
    try:
        print(open(top).read())
    except OSError:
        pass
"""


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def seen_by_a_stranger(*tops: Path) -> str:
    for parent in {parent for top in tops for parent in top.parents}:
        if parent.stat().st_uid == os.geteuid() and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)  # what pytest makes is closed, and would hide the folder's own
    command = [sys.executable, "-I", "-c", READER, *map(str, tops)]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout


@pytest.fixture(autouse=True)
def _usual_umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    made = private_folder(tmp_path / "a" / "b")
    assert [mode(made), mode(made.parent)] == [0o700, 0o700]


def test_an_open_folder_is_closed_and_its_parents_stay(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    folder.chmod(0o2775)
    parent = mode(folder.parent)
    private_folder(folder)
    assert mode(folder) == 0o2700
    assert mode(folder.parent) == parent


def test_a_link_to_a_folder_elsewhere_does_not_close_it(tmp_path: Path) -> None:
    shared, link = tmp_path / "shared", tmp_path / "link"
    shared.mkdir(mode=0o755)
    link.symlink_to(shared)
    tighten(link)
    assert mode(shared) == 0o755


@as_root
def test_another_users_folder_stays_as_it_is(tmp_path: Path) -> None:
    os.chown(tmp_path, STRANGER, STRANGER)
    tmp_path.chmod(0o755)
    tighten(tmp_path)
    assert mode(tmp_path) == 0o755


def test_a_file_is_replaced_as_a_whole_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("old")
    file.chmod(0o644)
    replace_file(file, "new", sync=True)
    assert (file.read_text(), mode(file)) == ("new", 0o600)
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_in_the_place_of_the_file_is_not_written_through(tmp_path: Path) -> None:
    victim, file = tmp_path / "victim", tmp_path / "a.json"
    victim.write_text("mine")
    file.symlink_to(victim)
    replace_file(file, "new")
    assert victim.read_text() == "mine"
    assert file.read_text() == "new"


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_file(tmp_path / "a.json", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_start_closes_the_folders_that_an_older_version_left_open() -> None:
    for folder in paths.own_folders():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
    secure_process()
    assert {mode(folder) for folder in paths.own_folders()} == {0o700}


def test_a_folder_that_a_variable_names_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setenv("FINDLING_CACHE", str(tmp_path))
    monkeypatch.setenv("FINDLING_DATA", str(tmp_path))
    secure_process()
    assert mode(tmp_path) == 0o755


@as_root
def test_another_user_sees_nothing_of_what_findling_keeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, logs = tmp_path / "cache", tmp_path / "logs"
    EngineLog(logs / "engine.log", "").write("a secret line")
    with orphans.noted(logs, os.getpid()):
        _cache(ENGLISH, cache / "profiles" / "model.json")
        assert seen_by_a_stranger(cache, logs, logs / "engine.log") == ""
        tmp_path.joinpath("open").mkdir(mode=0o755)
        tmp_path.joinpath("open", "file").write_text("x")
        assert "file" in seen_by_a_stranger(tmp_path / "open")  # the stranger can read what is open
