"""The list of system libraries against what Qt's own files ask for."""

from __future__ import annotations

import runpy
import struct
from collections.abc import Iterator
from pathlib import Path

import PySide6
import shiboken6

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "packaging" / "system_packages.py"))
HERE = Path(PySide6.__file__).parent
# The plugins that the window loads; the GTK theme, frame buffers, designers and databases are not among them.
PARTS = [
    "Qt*.abi3.so",
    "Qt/plugins/platforms/libq[owx]*.so",
    "Qt/plugins/platforminputcontexts/lib[ci]*.so",
    "Qt/plugins/imageformats/*.so",
    "Qt/plugins/iconengines/*.so",
    "Qt/plugins/tls/*.so",
    "Qt/plugins/xcbglintegrations/*.so",
    "Qt/plugins/wayland-*-client/libqt*.so",
    "Qt/plugins/wayland-decoration-client/*.so",
    "Qt/plugins/wayland-shell-integration/*.so",
]
LIBC = {"libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0", "libresolv.so.2"}
MODULES = {"QtCore", "QtDBus", "QtGui", "QtNetwork", "QtSvg", "QtWidgets"}


def needed(path: Path) -> Iterator[str]:
    """The sonames in the dynamic section of a 64-bit little-endian ELF file."""
    data = path.read_bytes()
    sections, size, count = struct.unpack_from("<Q", data, 40)[0], *struct.unpack_from("<HH", data, 58)
    headers = [struct.unpack_from("<IIQQQQIIQQ", data, sections + number * size) for number in range(count)]
    for _, kind, _, _, offset, length, link, *_ in headers:
        if kind != 6:  # SHT_DYNAMIC
            continue
        strings = headers[link][4]
        for tag, value in struct.iter_unpack("<qQ", data[offset : offset + length]):
            if tag == 1:  # DT_NEEDED
                start = strings + value
                yield data[start : data.index(b"\0", start)].decode()


def files() -> list[Path]:
    found = [path for part in PARTS for path in HERE.glob(part)]
    return [path for path in found if "abi3" not in path.name or path.name.partition(".")[0] in MODULES]


def test_the_list_has_all_that_qt_needs() -> None:
    own = {
        path.name: path
        for place in (HERE / "Qt" / "lib", HERE, Path(shiboken6.__file__).parent)
        for path in place.glob("lib*")
    }
    to_read, seen, asked = files(), set[Path](), set[str]()
    assert len(to_read) > 20
    while to_read:
        path = to_read.pop()
        seen.add(path)
        for soname in needed(path):
            if soname in own:
                to_read += {own[soname]} - seen
            else:
                asked.add(soname)
    outside = {soname for soname in asked if soname not in LIBC and not soname.startswith("ld-linux")}
    assert outside == set(SCRIPT["LIBRARIES"]) | (outside & {"libQt6Pdf.so.6"})


def test_a_library_that_is_not_there_is_missing() -> None:
    assert not SCRIPT["_is_loadable"]("libnothing-of-this-name.so.9")


def test_this_machine_has_what_the_window_needs() -> None:
    assert SCRIPT["missing"](dev=True) == []
