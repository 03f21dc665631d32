"""Programs that Findling starts write files as the user is used to; Findling itself writes for the user only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl

from gui.runtime import users_umask as module
from gui.runtime.applications import Application
from gui.runtime.desktop_services import DesktopServices
from gui.runtime.users_umask import PRIVATE, make_private, users_umask
from tests.waiting import StallWatch


@pytest.fixture(autouse=True)
def _umask(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_users", [])
    before = os.umask(0o022)
    yield
    os.umask(before)


def current() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


def test_findling_writes_for_its_user_only_and_others_as_before() -> None:
    make_private()
    assert current() == PRIVATE
    with users_umask():
        assert current() == 0o022
    assert current() == PRIVATE


def test_without_a_private_umask_nothing_changes() -> None:
    with users_umask():
        assert current() == 0o022
    assert current() == 0o022


def test_what_the_desktop_opens_gets_the_users_umask(tmp_path: Path) -> None:
    make_private()
    seen: list[int] = []

    def open_url(_: QUrl) -> bool:
        seen.append(current())
        return True

    desktop = DesktopServices(open_url)
    assert desktop.open_file(str(tmp_path / "a.txt"))
    assert desktop.show_folder(str(tmp_path))
    assert desktop.open_link("https://example.org")
    assert seen == [0o022] * 3


def test_a_program_that_is_chosen_gets_it_too(tmp_path: Path) -> None:
    make_private()
    written = tmp_path / "written"
    script = tmp_path / "program"
    script.write_text(f"#!/bin/sh\n: >'{written}.part'\nmv '{written}.part' '{written}'\n")
    script.chmod(0o700)
    assert Application("program", "Program", str(script), "", "").launch(str(tmp_path / "a.txt"))
    watch = StallWatch("the program writes")
    while not written.exists():
        watch.check()
    assert written.stat().st_mode & 0o777 == 0o644
