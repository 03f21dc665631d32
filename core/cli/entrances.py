"""What `findling doctor` says of the ways to Findling: the socket, the unit, the desktop's search, the hotkey."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import VERSION
from core.cli.console import single_line
from core.control_socket import NotAnsweredError, RefusedError, ask
from core.messages import tr

UNIT = "findling.service"
BUS_SERVICE = "dbus-1/services/org.findling.Findling.SearchProvider.service"
SHELLS = {
    "GNOME Shell": ("gnome-shell/search-providers", "org.findling.Findling-search-provider.ini"),
    "KRunner": ("krunner/dbusplugins", "org.findling.Findling-krunner.desktop"),
}


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way to Findling: whether it works, a sentence on it, and what to do; `works` is None for one not set up."""

    name: str
    works: bool | None
    sentence: str
    remedy: str = ""


def entrances(root: Path) -> list[Entrance]:
    """Those of a library, and of this user's desktop."""
    socket = _socket(root)
    hotkey = _hotkey(root) if socket.works else ()  # one that hangs would be waited for again
    return [socket, _unit(), *_desktop_search(), *hotkey]


def print_entrances(found: list[Entrance]) -> None:
    """Print one line for each that works or fails."""
    for entrance in found:
        print(" ".join(filter(None, (entrance.sentence, entrance.remedy))))


def _socket(root: Path) -> Entrance:
    version = ""
    try:
        version = str(json.loads(ask(root, "GET", "ping")).get("version", ""))
    except NotAnsweredError as error:
        if error.hangs:
            sentence = tr("Findling is running, but does not answer.")
            return Entrance("socket", works=False, sentence=sentence, remedy=tr("End it and start it again."))
        version = error.version
        if not version:
            sentence = tr("Findling is not running, so each command opens the library again.")
            return Entrance("socket", None, sentence, tr("To get answers at once, start: findling serve"))
    except (RefusedError, ValueError, AttributeError):
        version = "?"
    if version != VERSION:
        other = tr("unknown") if version == "?" else single_line(version)
        sentence = tr(
            "The running Findling is version {other}, this command is version {own}.", other=other, own=VERSION
        )
        return Entrance("socket", works=False, sentence=sentence, remedy=tr("Quit it and start it again."))
    return Entrance("socket", works=True, sentence=tr("A running Findling answers other programs."))


def _unit() -> Entrance:
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    places = (home, Path("/etc/systemd/user"), Path("/usr/local/lib/systemd/user"), Path("/usr/lib/systemd/user"))
    file = next((place / UNIT for place in places if (place / UNIT).is_file()), None)
    if file is None:
        sentence = tr("Findling is not set up as a service of systemd.")
        return Entrance("unit", None, sentence, tr("To set it up: findling serve --unit"))
    command = _value(file, "ExecStart")
    if not _can_run(command):
        sentence = tr("The service {file} starts a program that does not exist: {command}", file=file, command=command)
        remedy = tr("To write it again: findling serve --unit > {file}", file=file)
        return Entrance("unit", works=False, sentence=sentence, remedy=remedy)
    enabled = any((home / f"{target}.wants" / UNIT).is_symlink() for target in ("default.target", "sockets.target"))
    if not enabled and not (home / "sockets.target.wants" / "findling.socket").is_symlink():
        sentence = tr("The service of systemd is there, but does not start when you log in.")
        return Entrance("unit", None, sentence, tr("To start it: systemctl --user enable --now findling"))
    return Entrance("unit", works=True, sentence=tr("The service of systemd starts when you log in."))


def _desktop_search() -> Iterator[Entrance]:
    """The shells of this machine."""
    folders = _data_folders()
    service = next((file for folder in folders if (file := folder / BUS_SERVICE).is_file()), None)
    for shell, (folder_name, name) in SHELLS.items():
        present = [folder / folder_name for folder in folders if (folder / folder_name).is_dir()]
        if not present:
            continue
        package = tr("Install Findling as a package of the system.")
        if service is None or not any((folder / name).is_file() for folder in present):
            yield Entrance(shell, None, tr("{shell} does not know Findling.", shell=shell), package)
        elif not _can_run(command := _value(service, "Exec")):
            sentence = tr("{shell} starts a program that does not exist: {command}", shell=shell, command=command)
            yield Entrance(shell, works=False, sentence=sentence, remedy=package)
        else:
            yield Entrance(shell, works=True, sentence=tr("{shell} can search in Findling.", shell=shell))


def _hotkey(root: Path) -> Iterator[Entrance]:
    """What the window says of the hotkey; nothing without a window."""
    try:
        state: dict[str, Any] = json.loads(ask(root, "GET", "hotkey"))
        keys, name = single_line(str(state["keys"])), state["state"]
    except (NotAnsweredError, RefusedError, ValueError, KeyError, TypeError):
        return
    if name == "active":
        yield Entrance("hotkey", works=True, sentence=tr("The quick search opens with {keys}.", keys=keys))
    elif name == "off":
        yield Entrance("hotkey", None, tr("The quick search has no hotkey."), tr("Choose one in Settings > Shortcuts."))
    elif name != "starting":
        remedy = tr("Choose others in Settings > Shortcuts, or bind a key of the desktop to: findling toggle")
        sentence = tr("The keys of the quick search do not work: {keys}", keys=keys)
        yield Entrance("hotkey", works=False, sentence=sentence, remedy=remedy)


def _data_folders() -> list[Path]:
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    others = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return [Path(folder) for folder in (home, *others.split(":")) if folder]


def _value(file: Path, name: str) -> str:
    """A value of a file of systemd or of the session bus; "" without."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition("=")[2].strip() for line in lines if line.startswith(f"{name}=")), "")


def _can_run(command: str) -> bool:
    """Whether the program of a command line is there."""
    try:
        words = shlex.split(command)
    except ValueError:
        return False
    return bool(words) and shutil.which(words[0]) is not None
