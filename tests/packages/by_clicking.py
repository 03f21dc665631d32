"""From nothing to the first hit without a terminal: the package opened by the system's installer, then a folder."""

from __future__ import annotations

import re
import time
from pathlib import Path

from tests.builders.desktop import press, tray_icon, wait_until, xdotool
from tests.packages.root import Root
from tests.packages.screen import has_focus, photograph, screen, type_text
from tests.packages.use import ANSWER, DOCUMENTS, WINDOW, WORDS, copied_path

INSTALLER = "gdebi"  # opens packages in each of the releases' desktops; as root, since nobody is here to ask polkit
INSTALLED = re.compile(r"^Package: findling\nStatus: install ok installed$", re.MULTILINE)
LONGEST = 1800.0


def trial(root: Root, package: str, pictures: Path, name: str) -> str:
    """Install a package and find a document as one does who never types a command; returns its figures."""
    root.install(INSTALLER)
    folder = root.put(DOCUMENTS)
    with screen(root.folder / "tmp") as display:
        start = time.monotonic()
        _install(root, display, package, pictures / f"{name}-installer.png")
        installed = time.monotonic() - start
        with root.running("findling", folder, DISPLAY=display):  # as the menu entry and file managers start it
            wait_until(lambda: has_focus(display, WINDOW), "the window shows")
            wait_until(lambda: tray_icon(display, "Findling") is not None, "the icon is in the tray")
            type_text(display, WORDS)
            wait_until(lambda: copied_path(display).endswith(ANSWER), "the document is the first result")
            seconds = time.monotonic() - start
            photograph(display, pictures / f"{name}.png")
            root.run("findling", "quit", user=True, DISPLAY=display)
    return f"by clicking {seconds:.0f} s, {installed:.0f} s of it installing"


def _install(root: Root, display: str, package: str, picture: Path) -> None:
    """Open the package, press Install, and wait until dpkg has it."""
    status = root.folder / "var" / "lib" / "dpkg" / "status"

    def is_installed() -> bool:
        """Whether it is; asks for it as long as the installer's first window has the keys, since a busy one is deaf."""
        if _title(display).endswith("- findling"):
            press(display, "alt+i")
            time.sleep(1)
        return INSTALLED.search(status.read_text(encoding="utf-8")) is not None

    with root.running("gdebi-gtk", package, user=False, DISPLAY=display):
        wait_until(is_installed, "dpkg has installed it", LONGEST)
        photograph(display, picture)


def _title(display: str) -> str:
    return xdotool(display, "getactivewindow", "getwindowname")
