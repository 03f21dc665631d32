"""Checks whether a window can be shown; Qt aborts the process if it cannot."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import socket
import sys

from core.messages import tr
from gui.app.system_libraries import missing_libraries, packages_of

_LOCAL = re.compile(r"^(?:unix)?:(\d+)(?:\.\d+)?$")


def why_no_window() -> str:
    """Why no window can be shown, in one sentence; "" if one can."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM", "xcb") not in {"xcb", "wayland"}:
        return ""
    wayland, display = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if not wayland and not display:
        return tr("There is no display to open a window on.")
    if wayland and _wayland_accepts(wayland):
        return _missing_libraries("libqwayland.so")
    if not display or not _x_accepts(display):
        return tr("The display {name} does not respond.", name=display or wayland)
    return _missing_libraries("libqxcb.so")


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


def _missing_libraries(plugin: str) -> str:
    """A sentence about the system libraries that Qt, or its plugin for this kind of display, lacks; "" for none."""
    try:
        from PySide6 import QtCore, QtDBus, QtGui, QtNetwork, QtSvg, QtWidgets  # noqa: F401  what the window imports

        plugins = QtCore.QLibraryInfo.path(QtCore.QLibraryInfo.LibraryPath.PluginsPath)
        ctypes.CDLL(os.path.join(plugins, "platforms", plugin))
    except (ImportError, OSError) as error:  # each names one library; all that are missing help more
        return _sentence(missing_libraries() or [str(error).split(":")[0]])
    return ""


def _sentence(missing: list[str]) -> str:
    packages = packages_of(missing)
    if not packages or not shutil.which("apt-get"):
        return tr("The window needs system libraries that are missing: {libraries}.", libraries=", ".join(missing))
    return tr(
        "The window needs system packages that are missing. An administrator can install them: {command}",
        command=f"apt-get install {' '.join(packages)}",
    )
