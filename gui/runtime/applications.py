"""The installed applications that open files of a type (freedesktop.org: .desktop files and MIME associations)."""

from __future__ import annotations

import configparser
import os
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeDatabase, QProcess, QUrl

from gui.runtime.users_umask import users_umask

if TYPE_CHECKING:
    from xdg.DesktopEntry import DesktopEntry

MAX_APPLICATIONS = 12  # in a menu
FIELD_CODE = re.compile(r"%([a-zA-Z%])")
CACHE, ASSOCIATIONS = "mimeinfo.cache", "mimeapps.list"


@dataclass(frozen=True, slots=True)
class Application:
    """An installed application: `file` is its .desktop file, `icon` the name or path of its icon."""

    name: str
    title: str
    command: str
    icon: str
    file: str

    def launch(self, path: str) -> bool:
        """Start it with a file, but not in the file's folder; whether it could be started."""
        words = expanded(self.command, path, self)
        with users_umask():
            return bool(words) and bool(QProcess.startDetached(words[0], words[1:], os.path.expanduser("~"))[0])


def applications_for(path: str) -> list[Application]:
    """The applications that open a file, the preferred ones first; none where the desktop names none."""
    mime = QMimeDatabase().mimeTypeForFile(path, QMimeDatabase.MatchMode.MatchExtension)
    if mime.isDefault() and os.path.exists(path):
        mime = QMimeDatabase().mimeTypeForFile(path)
    found: dict[str, Application] = {}
    for name in _names([mime.name(), *mime.allAncestors()]):
        if name not in found and (application := _load(name)) is not None:
            found[name] = application
        if len(found) == MAX_APPLICATIONS:
            break
    return list(found.values())


def expanded(command: str, path: str, application: Application) -> list[str]:
    """The words of an Exec line with its field codes filled in; the file comes last where it has no code for one."""
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    url = bytes(QUrl.fromLocalFile(path).toEncoded().data()).decode()
    values = {"f": path, "F": path, "u": url, "U": url, "c": application.title, "k": application.file, "%": "%"}
    made: list[str] = []
    for word in words:
        if word == "%i":
            made += ["--icon", application.icon] if application.icon else []
        elif not FIELD_CODE.fullmatch(word) or word[1] in values:
            made.append(FIELD_CODE.sub(lambda code: values.get(code[1], ""), word))
    takes_file = any(code in "fFuU" for word in words for code in FIELD_CODE.findall(word))
    return made if takes_file else [*made, path]


def _names(types: Iterable[str]) -> Iterator[str]:
    """The names of .desktop files for MIME types, in the order of the desktop's preference."""
    chosen, removed, cached = [], set(), []
    associations = [_read(folder / ASSOCIATIONS) for folder in (_config_home(), *_data_folders())]
    caches = [_cache(folder) for folder in _data_folders()]
    for mime in types:
        for parsed in associations:
            chosen += _list(parsed, "Default Applications", mime) + _list(parsed, "Added Associations", mime)
            removed |= set(_list(parsed, "Removed Associations", mime))
        for cache in caches:
            cached += cache.get(mime, [])
    yield from (name for name in (*chosen, *cached) if name not in removed)


def _cache(folder: Path) -> dict[str, list[str]]:
    """The names of a folder's .desktop files by MIME type: from its cache, else from the files themselves."""
    if (folder / CACHE).is_file():
        parsed = _read(folder / CACHE)
        listed = parsed.options("MIME Cache") if parsed.has_section("MIME Cache") else []
        return {mime: _list(parsed, "MIME Cache", mime) for mime in listed}
    found: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.desktop")):
        for mime in _list(_read(file), "Desktop Entry", "MimeType"):
            found.setdefault(mime, []).append(file.name)
    return found


def _load(name: str) -> Application | None:
    """The application of a .desktop file, unless it is hidden, runs in a terminal, or is not installed."""
    from xdg.DesktopEntry import DesktopEntry
    from xdg.Exceptions import Error

    file = next((path for folder in _data_folders() if (path := folder / name).is_file()), None)
    if file is None:
        return None
    try:
        entry = DesktopEntry(str(file))
    except (Error, OSError, ValueError):
        return None
    return _application(name, file, entry) if _is_offered(entry) else None


def _is_offered(entry: DesktopEntry) -> bool:
    hidden = entry.getHidden() or entry.getNoDisplay() or entry.getTerminal()
    return not hidden and bool(entry.getExec()) and (not entry.getTryExec() or entry.findTryExec() is not None)


def _application(name: str, file: Path, entry: DesktopEntry) -> Application:
    return Application(name, str(entry.getName()), str(entry.getExec()), str(entry.getIcon()), str(file))


def _config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def _data_folders() -> list[Path]:
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    others = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return [Path(folder) / "applications" for folder in (home, *others.split(":")) if folder]


def _read(file: Path) -> configparser.RawConfigParser:
    parsed = configparser.RawConfigParser(strict=False, delimiters=("=",), interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parsed.read(file, encoding="utf-8")
    except (configparser.Error, OSError, ValueError):
        return configparser.RawConfigParser()
    return parsed


def _list(parsed: configparser.RawConfigParser, section: str, mime: str) -> list[str]:
    return [name for name in parsed.get(section, mime, fallback="").split(";") if name]
