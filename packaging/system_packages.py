"""Names the Debian packages that the window (with --dev: its checks too) needs and this machine lacks."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

# What the parts of Qt that the window loads ask of the system; a test compares this with the files themselves.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
PROGRAMS = {
    "Xvfb": "xvfb",
    "import": "imagemagick",
    "openbox": "openbox",
    "xauth": "xauth",
    "xdotool": "xdotool",
}
ANY_FONT = ("",)
CJK_FONTS = ("notosanscjk", "notoserifcjk", "sourcehansans", "wqy-microhei")  # each has Korean too


def _is_loadable(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _font_folders() -> Iterator[Path]:
    home = Path(os.path.expanduser("~"))
    yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
    yield from (home / ".local/share/fonts", home / ".fonts")


def _has_font(starts: tuple[str, ...]) -> bool:
    for top in _font_folders():
        for _, _, names in os.walk(top):
            lower = (name.lower() for name in names)
            if any(name.startswith(starts) and name.endswith((".ttf", ".otf", ".ttc")) for name in lower):
                return True
    return False


def missing(*, dev: bool) -> list[str]:
    """The packages to install, sorted, each once; `dev` adds what the checks need."""
    names = {package for soname, package in LIBRARIES.items() if not _is_loadable(soname)}
    if not _has_font(ANY_FONT):
        names.add("fonts-dejavu-core")
    if dev:
        names |= {package for program, package in PROGRAMS.items() if shutil.which(program) is None}
        if not _has_font(CJK_FONTS):
            names.add("fonts-wqy-microhei")
    return sorted(names)


if __name__ == "__main__" and sys.platform == "linux":
    print(*missing(dev="--dev" in sys.argv[1:]))
