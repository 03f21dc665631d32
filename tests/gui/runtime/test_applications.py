"""The applications that open a file, from .desktop files and associations; and programs that open a PDF at a page."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.runtime import page_viewers
from gui.runtime.applications import Application, applications_for, expanded

RECORDER = '#!/bin/sh\nfor word in "$@"; do echo "$word"; done > "$0.started.new"\nmv "$0.started.new" "$0.started"\n'


def program(folder: Path, name: str) -> Path:
    """A program that writes down what it was started with."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(RECORDER, encoding="utf-8")
    file.chmod(0o755)
    return file


def started_with(qtbot: QtBot, file: Path) -> list[str]:
    told = Path(f"{file}.started")
    qtbot.waitUntil(told.exists, timeout=30_000)
    return told.read_text(encoding="utf-8").splitlines()


def desktop_file(folder: Path, name: str, command: str, more: str = "", mime: str = "application/pdf;") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    title = name.removesuffix(".desktop").capitalize()
    text = f"[Desktop Entry]\nType=Application\nName={title}\nExec={command}\nMimeType={mime}\n{more}"
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a system without any application; returns the folder of the system's ones."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    return tmp_path / "system" / "applications"


def names(path: str) -> list[str]:
    return [one.title for one in applications_for(path)]


def test_applications_of_the_type_and_of_what_it_is_a_kind_of(desktop: Path) -> None:
    assert names("/docs/a.pdf") == []
    desktop_file(desktop, "reader.desktop", "reader %U")
    desktop_file(desktop, "editor.desktop", "editor %f", mime="text/plain;")
    desktop_file(desktop, "broken.desktop", "", "Nonsense")
    (desktop / "worse.desktop").write_bytes(b"\xff\xfe[Desktop")
    assert names("/docs/a.pdf") == ["Reader"]
    assert names("/docs/a.md") == ["Editor"]


@pytest.mark.parametrize("more", ["NoDisplay=true", "Hidden=true", "Terminal=true", "TryExec=/is/not/there"])
def test_hidden_and_missing_ones_are_left_out(desktop: Path, more: str) -> None:
    desktop_file(desktop, "reader.desktop", "reader %U", more)
    assert names("/docs/a.pdf") == []


def test_the_users_choice_comes_first_and_what_they_removed_does_not_come(desktop: Path, tmp_path: Path) -> None:
    for name in ("aaa", "bbb", "ccc"):
        desktop_file(desktop, f"{name}.desktop", f"{name} %U")
    (desktop / "mimeinfo.cache").write_text(
        "[MIME Cache]\napplication/pdf=aaa.desktop;bbb.desktop;ccc.desktop;gone.desktop;\n"
    )
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "mimeapps.list").write_text(
        "[Default Applications]\napplication/pdf=ccc.desktop;\n[Removed Associations]\napplication/pdf=aaa.desktop;\n"
    )
    assert names("/docs/a.pdf") == ["Ccc", "Bbb"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("view %f", ["view", "/docs/a b.pdf"]),
        ("view --file=%f", ["view", "--file=/docs/a b.pdf"]),
        ("view %U", ["view", "file:///docs/a%20b.pdf"]),
        ('"/opt/my viewer/view" -x', ["/opt/my viewer/view", "-x", "/docs/a b.pdf"]),
        ("view %i --title %c %F", ["view", "--icon", "viewer", "--title", "Viewer", "/docs/a b.pdf"]),
        ("view 100%% %m %f", ["view", "100%", "/docs/a b.pdf"]),
        ('view "unclosed', []),
    ],
)
def test_the_command_with_the_file_filled_in(command: str, words: list[str]) -> None:
    application = Application("v.desktop", "Viewer", command, "viewer", "/v.desktop")
    assert expanded(command, "/docs/a b.pdf", application) == words


def test_it_is_started_with_the_file(qtbot: QtBot, tmp_path: Path) -> None:
    viewer, document = program(tmp_path, "viewer"), tmp_path / "a b.pdf"
    application = Application("v.desktop", "Viewer", f"'{viewer}' --new %f", "", "/v.desktop")
    assert application.launch(str(document))
    assert started_with(qtbot, viewer) == ["--new", str(document)]
    assert not Application("v.desktop", "Viewer", "/is/not/there %f", "", "").launch(str(document))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("evince", ["--page-index=3", "{path}"]),
        ("okular", ["--page", "3", "{path}"]),
        ("zathura", ["--page=3", "{path}"]),
        ("qpdfview", ["--unique", "{path}#3"]),
        ("mupdf", ["{path}", "3"]),
        ("firefox", ["file://{path}#page=3"]),
    ],
)
def test_only_installed_viewers_are_offered_and_open_at_the_page(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: list[str]
) -> None:
    viewer = program(tmp_path / "bin", name)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/bin{os.pathsep}/usr/bin")
    monkeypatch.setattr(page_viewers, "VIEWERS", [one for one in page_viewers.VIEWERS if one.name in {name, "atril"}])
    assert [one.name for one in page_viewers.installed_viewers()] == [name]
    document = tmp_path / "lease.pdf"
    assert page_viewers.installed_viewers()[0].launch(str(document), 3)
    assert started_with(qtbot, viewer) == [word.format(path=document) for word in words]
