"""What is set in the window, of which the file of its toolkit keeps the rest: keys, tray, appearance."""

from __future__ import annotations

import configparser
import io
import re
from pathlib import Path

from core import paths
from core.private_files import private_folder, replace_file

STATE_NAME = "window.ini"  # in the folder of the configuration; the format is that of QSettings
NAMES = (
    *("look", "results/density", "results/thumbnails"),
    *("resident/hotkey", "resident/keep_in_tray", "resident/without_tray", "resident/rest_minutes"),
)
PREFIXES = ("shortcuts/",)
PLAIN = re.compile(r"[\w+ ./-]*", re.ASCII)  # what needs no quotes in the file
TOP = "General"  # the section of names without one


def state_file() -> Path:
    return paths.config_dir() / STATE_NAME


def load() -> dict[str, str]:
    """What is set, by name; what is as by default is not in it."""
    parser = _parsed()
    found = {}
    for section in parser.sections():
        for key, value in parser[section].items():
            name = key if section == TOP else f"{section}/{key}"
            if is_known(name) and PLAIN.fullmatch(value):
                found[name] = value
    return found


def save(values: dict[str, str]) -> None:
    """Set some of them; a running window reads them when it synchronises. Raises OSError."""
    parser = _parsed()
    for name, value in values.items():
        section, _, key = name.rpartition("/")
        section = section or TOP
        if not parser.has_section(section):
            parser.add_section(section)
        parser[section][key] = value
    text = io.StringIO()
    parser.write(text, space_around_delimiters=False)
    private_folder(state_file().parent)
    replace_file(state_file(), text.getvalue())


def is_known(name: str) -> bool:
    """Whether a name is one of those that are exported."""
    return name in NAMES or name.startswith(PREFIXES)


def is_plain(value: str) -> bool:
    """Whether a value can be one of them."""
    return PLAIN.fullmatch(value) is not None


def _parsed() -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(
        delimiters=("=",), comment_prefixes=(";",), default_section="", strict=False, empty_lines_in_values=False
    )
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # names keep their case
    try:
        parser.read(state_file(), encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        parser.clear()
    return parser
