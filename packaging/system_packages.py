"""Names the Debian packages that the window (with --dev: its checks too) needs and this machine lacks."""

from __future__ import annotations

import os
import runpy
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

# A module that imports nothing: Findling's packages may not be installed yet.
_QT = runpy.run_path(str(Path(__file__).parents[1] / "gui" / "app" / "system_libraries.py"))
LIBRARIES: dict[str, str] = _QT["LIBRARIES"]
PROGRAMS = {
    "Xvfb": "xvfb",
    "appstreamcli": "appstream",
    "curl": "curl",
    "desktop-file-validate": "desktop-file-utils",
    "fish": "fish",
    "import": "imagemagick",
    "dbus-daemon": "dbus-daemon",
    "mandoc": "mandoc",
    "openbox": "openbox",
    "openssl": "openssl",
    "strace": "strace",
    "systemd-socket-activate": "systemd",
    "tesseract": "tesseract-ocr",
    "tint2": "tint2",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "zsh": "zsh",
}
SERVICES = {"org.a11y.Bus": "at-spi2-core"}  # that the session bus starts
ANY_FONT = ("",)
TRAINED = {  # languages of Tesseract that tests read, any of whose folders has them
    "chi_sim": "tesseract-ocr-chi-sim",
    "deu": "tesseract-ocr-deu",
    "eng": "tesseract-ocr-eng",
}
TRAINED_IN = (Path("/usr/share/tesseract-ocr"), Path("/usr/share/tessdata"))
CJK_FONTS = ("notosanscjk", "notoserifcjk", "sourcehansans", "wqy-microhei")  # each has Korean too


def _has_service(name: str) -> bool:
    return Path(f"/usr/share/dbus-1/services/{name}.service").exists()


def _is_trained(language: str) -> bool:
    return any(next(folder.rglob(f"{language}.traineddata"), None) for folder in TRAINED_IN)


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
    names = set(_QT["packages_of"](_QT["missing_libraries"]()))
    if not _has_font(ANY_FONT):
        names.add("fonts-dejavu-core")
    if dev:
        names |= {package for program, package in PROGRAMS.items() if shutil.which(program) is None}
        names |= {package for service, package in SERVICES.items() if not _has_service(service)}
        names |= {package for language, package in TRAINED.items() if not _is_trained(language)}
        if not _has_font(CJK_FONTS):
            names.add("fonts-wqy-microhei")
    return sorted(names)


if __name__ == "__main__" and sys.platform == "linux":
    print(*missing(dev="--dev" in sys.argv[1:]))
