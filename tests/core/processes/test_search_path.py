"""PATH: only folders into which no other user can put a program."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.processes.search_path import clean_search_path, safe_folders

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder another user's")


@pytest.mark.parametrize("entry", ["", ".", "bin", "../bin", "~/bin", "/nowhere/at/all", "/etc/passwd"])
def test_a_relative_or_missing_folder_is_left_out(entry: str) -> None:
    assert safe_folders(f"/usr/bin:{entry}:/bin") == "/usr/bin:/bin"


def test_the_users_own_folder_stays(tmp_path: Path) -> None:
    assert safe_folders(f"{tmp_path}:/usr/bin") == f"{tmp_path}:/usr/bin"


def test_a_folder_that_all_may_write_to_is_left_out(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    assert safe_folders(f"{tmp_path}:/usr/bin") == "/usr/bin"


@as_root
def test_a_folder_of_another_user_is_left_out(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    assert safe_folders(f"/usr/bin:{tmp_path}") == "/usr/bin"


def test_the_process_hands_the_clean_one_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "::.:/usr/bin")
    clean_search_path()
    assert os.environ["PATH"] == "/usr/bin"
