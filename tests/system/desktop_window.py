"""The real window as a process on a screen of its own, worked by keys and pointer from outside."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from core import paths
from tests.builders.desktop import click, shows_menu, takes_keys, wait_until
from tests.system.catalogue_state import connected

ROOT = paths.resources().parent
SEARCHES = "searches.json"


class Window:
    """The program's window on a screen of its own, worked by xdotool; `variables` are added to its environment."""

    def __init__(self, display: str, library: Path, *arguments: Path, **variables: str) -> None:
        hidden = {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"}
        self._environment = {name: value for name, value in os.environ.items() if name not in hidden}
        self._environment |= {"DISPLAY": display, "LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
        self._environment |= {"FINDLING_LIBRARY": str(library)} | variables
        self.display = display
        self.library = library
        command = [sys.executable, "-m", "gui", *map(str, arguments)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self._environment)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()

    def do(self, *command: str) -> str:
        """Run xdotool."""
        done = subprocess.run(["xdotool", *command], env=self._environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.do("key", "--clearmodifiers", key)

    def write(self, text: str) -> None:
        self.do("type", "--delay", "30", text)

    def has_focus(self, title: str) -> bool:
        """Whether the keys go to the window or dialog of this title."""
        return self.do("getactivewindow", "getwindowname") == title

    def choose_first(self, button: tuple[int, int]) -> None:
        """Open the menu of a button, which is at a place on the screen, and choose its first entry."""
        click(self.display, button)
        self.wait_menu()
        self.press("Down", "Return")
        wait_until(lambda: not shows_menu(self.display, "Findling"), "the menu is closed")

    def wait_menu(self) -> None:
        """Wait until a menu is open, and takes keys."""
        wait_until(lambda: shows_menu(self.display, "Findling"), "the menu is open")
        wait_until(lambda: takes_keys(self.display), "the menu takes keys")

    def saved(self) -> list[str]:
        """The queries of the saved searches."""
        try:
            return [entry["query"] for entry in self._entries(SEARCHES)]
        except FileNotFoundError:
            return []

    def history(self) -> list[str]:
        """The searches that are remembered."""
        try:
            entries = self._entries("history.json")
        except FileNotFoundError:
            return []
        return [entry["text"] for entry in entries if entry["kind"] == "search"]

    def _entries(self, name: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = json.loads((self.library / name).read_text(encoding="utf-8"))["entries"]
        return entries

    def query(self) -> str:
        """The query in the box: it is saved by keys, and read from the file."""
        before = len(self.saved())
        self.press("ctrl+d")
        wait_until(lambda: self.has_focus("Save search"), "the dialog shows")
        self.press("Return")
        wait_until(lambda: len(self.saved()) > before, "the search is saved")
        wait_until(lambda: self.has_focus("Findling"), "the dialog is closed")
        return self.saved()[-1]

    def all_is_read(self) -> bool:
        """Whether every document of the folder was read."""
        count = "SELECT count(*) FROM files WHERE state = ?"
        with suppress(sqlite3.OperationalError), connected(self.library) as catalogue:  # while it is being made
            waiting, read = (catalogue.execute(count, (state,)).fetchone()[0] for state in ("waiting", "read"))
            return bool(read) and not waiting
        return False
