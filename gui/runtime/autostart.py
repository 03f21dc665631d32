"""Start at login: an autostart file of the desktop, or in a Flatpak the Background portal."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from core import paths
from gui.runtime.latest_task import LatestTask
from gui.runtime.preferences import Preferences

APP_ID = "org.findling.Findling"
SANDBOX = Path("/.flatpak-info")
_PLAIN = re.compile(r"[A-Za-z0-9/._+-]+")
_ESCAPES = {"\\": "\\\\\\\\", '"': '\\\\"', "`": "\\\\`", "$": "\\\\$"}


class Autostart:
    """An autostart file that starts Findling in the background, with a library (None: the user's own)."""

    def __init__(self, library: Path | None = None) -> None:
        self._library = None if library is None or library == paths.default_library() else library

    @property
    def file(self) -> Path:
        """The autostart file; see the XDG autostart specification."""
        config = os.environ.get("XDG_CONFIG_HOME", "")
        folder = Path(config) if os.path.isabs(config) else Path.home() / ".config"
        return folder / "autostart" / f"{APP_ID}.desktop"

    def is_enabled(self) -> bool:
        """Whether the file is there and not switched off in it, as desktops do."""
        try:
            lines = {line.strip() for line in self.file.read_text(encoding="utf-8").splitlines()}
        except (OSError, ValueError):
            return False
        return not {"Hidden=true", "X-GNOME-Autostart-enabled=false"} & lines

    def set_enabled(self, *, enabled: bool) -> None:
        """Write the file or remove it; raises OSError."""
        if not enabled:
            self.file.unlink(missing_ok=True)
            return
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=self.file.parent, prefix=".findling-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(self._entry())
            os.replace(temporary, self.file)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise

    def command(self) -> list[str]:
        """The command that starts Findling in the background."""
        options = ["--background"] if self._library is None else ["--background", "--library", str(self._library)]
        return [_program(), *options]

    def _entry(self) -> str:
        lines = [
            "[Desktop Entry]",
            "Type=Application",
            "Name=Findling",
            f"Exec={_exec_line(self.command())}",
            f"Icon={APP_ID}",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
        ]
        return "\n".join([*lines, ""])


class SandboxAutostart(QObject):
    """The same in a Flatpak, which may not write the file: the desktop is asked, and what it answered is remembered."""

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._asking = LatestTask(self._ask, "autostart portal", self)
        self._asking.result_ready.connect(self._answered)

    def is_enabled(self) -> bool:
        return self._preferences.at_login

    def set_enabled(self, *, enabled: bool) -> None:
        """Ask the desktop; returns at once."""
        self._asking.submit(enabled)

    def stop(self) -> None:
        self._asking.stop(0.0)  # a desktop may wait for the user's answer

    @staticmethod
    def _ask(enabled: object) -> Iterator[bool]:
        from gui.portals.background import request_autostart

        yield request_autostart(["findling", "--background"], enabled=bool(enabled))

    @Slot(object, object)
    def _answered(self, _request: object, enabled: bool) -> None:  # noqa: FBT001  Qt's signal
        self._preferences.at_login = enabled


def start_at_login(preferences: Preferences, library: Path) -> Autostart | SandboxAutostart:
    """The way to start at login on this system."""
    return SandboxAutostart(preferences) if SANDBOX.exists() else Autostart(library)


def _program() -> str:
    """How Findling is started: an AppImage, or the command of this installation, else the one that the shell finds."""
    if image := os.environ.get("APPIMAGE"):
        return image
    beside = Path(sys.executable).with_name("findling")  # in a bundle it is the program itself
    return str(beside) if beside.is_file() else "findling"


def _exec_line(command: Sequence[str]) -> str:
    """A command as the Desktop Entry specification quotes it."""
    quoted = []
    for word in command:
        inside = "".join(_ESCAPES.get(letter, letter) for letter in word).replace("%", "%%")
        quoted.append(inside if _PLAIN.fullmatch(word) else f'"{inside}"')
    return " ".join(quoted)
