"""Whether a window can be shown here at all; Qt itself aborts the process where it cannot."""

from __future__ import annotations

import ctypes
import os
import re
import socket
import sys

from PySide6.QtCore import QLibraryInfo

_LOCAL = re.compile(r"^(?:unix)?:(\d+)(?:\.\d+)?$")


def why_no_window() -> str:
    """A sentence that says why no window can be shown; empty if nothing speaks against it."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM", "xcb") not in {"xcb", "wayland"}:
        return ""
    wayland, display = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if not wayland and not display:
        return "There is no screen here to open a window on."
    if wayland and _wayland_answers(wayland):
        return ""
    if not display or not _x_answers(display):
        return f"The screen {display or wayland} does not answer."
    return _missing_library()


def _wayland_answers(name: str) -> bool:
    return _answers(os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), name))


def _x_answers(display: str) -> bool:
    """Whether a local X server listens; one on another machine is left to Qt."""
    local = _LOCAL.match(display)
    if local is None:
        return True
    path = f"/tmp/.X11-unix/X{local.group(1)}"  # noqa: S108  the place that X itself defines
    return _answers(path) or _answers("\0" + path)


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(path)
        except OSError:
            return False
    return True


def _missing_library() -> str:
    """The system library that Qt's X11 plugin lacks, as a sentence."""
    plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    try:
        ctypes.CDLL(os.path.join(plugins, "platforms", "libqxcb.so"))
    except OSError as error:
        return f"Qt lacks a system library for windows ({str(error).split(':')[0]})."
    return ""
