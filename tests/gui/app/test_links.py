"""Links and the commands of file managers, in the real window with a real library."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core import paths
from core.control_socket import RefusedError, ask
from core.links import Link, parse_link
from gui.__main__ import main
from gui.app.application import App
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow


def open_from_outside(qtbot: QtBot, root: Path, *arguments: str) -> None:
    """Run `findling open`, as a file manager does."""
    command = [sys.executable, "-m", "gui", *arguments, "--library", str(root)]
    with subprocess.Popen(command, cwd=paths.resources().parent, stderr=subprocess.PIPE, text=True) as done:
        qtbot.waitUntil(lambda: done.poll() is not None, timeout=WAIT_MS)
        assert (done.returncode, done.stderr and done.stderr.read()) == (0, "")


def test_a_link_shows_its_document_at_its_place(
    qtbot: QtBot, start: Callable[..., App], root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "Texts"
    folder.mkdir()
    long = folder / "a long one.txt"
    long.write_text("\n\n".join(f"Paragraph {number}: a lease is a contract. " * 12 for number in range(40)))
    (folder / "other.txt").write_text("Another lease.")
    app = start(folder)
    preview, results = app.window.preview, app.window.results
    at = long.read_text().index("Paragraph 30")

    open_from_outside(qtbot, root, "open", str(Link("open", str(long), "lease", start=at)))
    qtbot.waitUntil(lambda: preview.path == str(long) and preview.navigation.has_text, timeout=WAIT_MS)
    assert [hit.path for hit in (results.current(),) if hit] == [str(long)]
    assert results.rows.rowCount() == 1
    passage = preview.navigation.passage()
    assert passage is not None
    assert passage.start <= at <= passage.end
    assert app.window.search.text() == f'lease in:"{long}"'
    app.hit_actions.do("copy_link", results.rows.results())
    copied = parse_link(QGuiApplication.clipboard().text())
    assert (copied.path, copied.query) == (str(long), "lease")
    assert copied.start is not None

    open_from_outside(qtbot, root, "open", "--similar", f"file://{str(long).replace(' ', '%20')}")
    qtbot.waitUntil(lambda: app.window.search.text() == f'like:"{long}"', timeout=WAIT_MS)
    open_from_outside(qtbot, root, "open", "--in", str(folder))
    qtbot.waitUntil(lambda: app.window.search.text() == f'in:"{folder}"', timeout=WAIT_MS)
    open_from_outside(qtbot, root, "open", "--why", str(folder / "other.txt"))
    assert app.library_controller is not None
    why = app.library_controller.diagnostics.why
    qtbot.waitUntil(
        lambda: why.isVisible() and why.file.text() == "other.txt" and bool(why.sentence.text()), timeout=WAIT_MS
    )
    why.close()

    with pytest.raises(RefusedError, match="no link that Findling knows"):
        ask(root, "POST", "open", {"link": "findling://run?path=/bin/sh"})
    assert app.window.search.text() == f'in:"{folder}"'


def test_without_a_window_a_link_opens_one(
    qtbot: QtBot, start: Callable[..., App], root: Path, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []
    monkeypatch.setattr("gui.app.display_check.why_no_window", lambda: "")
    monkeypatch.setattr("gui.app.main.run", lambda options: given.append(options) or 0)
    link = Link("open", str(documents / "some.txt"), page=2)
    assert main([str(link), "--library", str(root)]) == 0
    assert main(["open", os.path.relpath(documents / "some.txt"), "--library", str(root)]) == 0
    assert [options.link for options in given] == [str(link), str(Link("open", str(documents / "some.txt")))]


def test_what_is_no_link_is_refused_in_one_sentence(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["findling://run?path=/bin/sh", "--library", str(root)]) == 3
    said = capsys.readouterr().err
    assert said.startswith("findling: findling://run?path=/bin/sh is no link that Findling knows.")
    assert said.count("\n") == 1


def test_the_commands_of_the_manual_open_what_they_say(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = []
    monkeypatch.setattr("gui.app.display_check.why_no_window", lambda: "")
    monkeypatch.setattr("gui.app.main.run", lambda options: given.append(options) or 0)
    manual = (paths.resources() / "help" / "en" / "desktop.md").read_text(encoding="utf-8")
    for line in manual.splitlines():
        if line.startswith("findling open "):
            assert main([*shlex.split(line)[1:], "--library", str(root)]) == 0, line
    links = [parse_link(options.link) for options in given]
    assert [link.action for link in links] == ["similar", "why", "in", "open", "open", "search"]
    assert [(link.page, link.query) for link in links[3:]] == [
        (2, ""),
        (None, "notice period"),
        (None, "lease type:pdf"),
    ]
