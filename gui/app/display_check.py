"""Checks whether a window can be shown; Qt aborts the process if it cannot."""

from __future__ import annotations

import ctypes
import os
import re
import socket
import sys

from PySide6.QtCore import QLibraryInfo

from core.messages import tr

_LOCAL = re.compile(r"^(?:unix)?:(\d+)(?:\.\d+)?$")


def why_no_window() -> str:
    """Why no window can be shown, in one sentence; "" if one can."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM", "xcb") not in {"xcb", "wayland"}:
        return ""
    wayland, display = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if not wayland and not display:
        return tr("There is no display to open a window on.")
    if wayland and _wayland_accepts(wayland):
        return ""
    if not display or not _x_accepts(display):
        return tr("The display {name} does not respond.", name=display or wayland)
    return _missing_library()


def _wayland_accepts(name: str) -> bool:
    return _accepts(os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), name))


def _x_accepts(display: str) -> bool:
    """Whether a local X server accepts connections; a remote one is left to Qt."""
    local = _LOCAL.match(display)
    if local is None:
        return True
    path = f"/tmp/.X11-unix/X{local.group(1)}"  # noqa: S108  the path that X defines
    return _accepts(path) or _accepts("\0" + path)


def _accepts(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(path)
        except OSError:
            return False
    return True


def _missing_library() -> str:
    """A sentence about a system library that Qt's X11 plugin lacks; "" for none."""
    plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    try:
        ctypes.CDLL(os.path.join(plugins, "platforms", "libqxcb.so"))
    except OSError as error:
        return tr("A system library that Qt needs is missing: {library}.", library=str(error).split(":")[0])
    return ""
