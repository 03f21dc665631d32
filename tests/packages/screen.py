"""A screen outside of the system that is tried: windows, keys, the clipboard."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.builders.desktop import ended, tray_host, window_manager, xdotool

READ_CLIPBOARD = """
from PySide6.QtGui import QGuiApplication
print(QGuiApplication([]).clipboard().text())
"""


@contextmanager
def screen(folder: Path) -> Iterator[str]:
    """The name of a display that every user of this machine may draw on, with a window manager and a tray."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp", "-ac"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with ended(server), os.fdopen(read) as reply:
        display = f":{reply.readline().strip()}"
        with window_manager(display), tray_host(display, folder):
            yield display


def has_focus(display: str, title: str) -> bool:
    return xdotool(display, "getactivewindow", "getwindowname") == title


def type_text(display: str, text: str) -> None:
    xdotool(display, "type", "--delay", "30", text)


def clipboard(display: str) -> str:
    """The text in the clipboard."""
    environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-c", READ_CLIPBOARD]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def photograph(display: str, file: Path) -> None:
    """Save what the screen shows."""
    subprocess.run(["import", "-display", display, "-window", "root", str(file)], check=True)
