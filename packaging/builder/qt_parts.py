"""The parts of Qt that the window uses; the packages leave the others out."""

from __future__ import annotations

import shutil
from pathlib import Path

from builder import elf

MODULES = ("QtCore", "QtDBus", "QtGui", "QtNetwork", "QtSvg", "QtWidgets")
# The GTK theme, frame buffers, designers and databases are not among them.
PLUGINS = (
    "platforms/libq[owx]*.so",
    "platforminputcontexts/lib[ci]*.so",
    "imageformats/*.so",
    "iconengines/*.so",
    "tls/*.so",
    "xcbglintegrations/*.so",
    "wayland-*-client/libqt*.so",
    "wayland-decoration-client/*.so",
    "wayland-shell-integration/*.so",
)
ON_DEMAND = ("platformthemes/libqxdgdesktopportal.so",)  # loaded where the desktop has what it needs
# Of pictures that the window does not show; this one alone needs all of Qt's PDF module.
UNUSED = ("libqpdf.so",)


def used(qt: Path) -> list[Path]:
    """The modules and plugins of PySide6's folder that the window loads."""
    plugins = [path for pattern in PLUGINS for path in sorted((qt / "Qt" / "plugins").glob(pattern))]
    return [*(qt / f"{name}.abi3.so" for name in MODULES), *(path for path in plugins if path.name not in UNUSED)]


def own_libraries(qt: Path) -> dict[str, Path]:
    """Qt's and PySide6's own libraries by soname."""
    folders = (qt / "Qt" / "lib", qt, qt.with_name("shiboken6"))
    return {path.name: path for folder in folders for path in folder.glob("lib*")}


def leave_out_unused(qt: Path) -> None:
    """Take out of PySide6's folder what the window does not use."""
    on_demand = [qt / "Qt" / "plugins" / name for name in ON_DEMAND]
    kept, _ = elf.reachable([*used(qt), *on_demand], own_libraries(qt))
    for path in sorted(qt.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in kept and not _is_needed_text(path, qt):
            path.unlink()
    shutil.rmtree(qt.with_name("shiboken6") / "include", ignore_errors=True)


def _is_needed_text(path: Path, qt: Path) -> bool:
    """Python's part of PySide6, and Qt's own texts in each language."""
    relative = path.relative_to(qt)
    if relative.parts[:2] == ("Qt", "translations"):
        return path.name.startswith("qtbase_")
    return relative.parts[0] != "scripts" and path.suffix == ".py"
