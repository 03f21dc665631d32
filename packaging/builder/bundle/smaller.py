"""Makes the bundle smaller where two packages bring the same, or one brings what nothing asks for."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from builder import elf
from builder.command import BuildError, run

HERE = Path(__file__).parent
COMPILER = ("cc", "-O2", "-std=gnu11", "-shared", "-fPIC", "-s", "-Wl,--no-undefined", "-Wl,--build-id=none")
PROGRAMS = {"cc": "gcc", "icupkg": "icu-devtools", "strip": "binutils"}  # by name, with Debian's packages
# What Qt asks ICU for: how words are sorted, and encodings. The rest is names of languages, currencies, units and time
# zones, spelled-out numbers, and where words of a text end.
ICU_UNUSED = re.compile(
    r"(brkitr|unit|zone|curr|lang|region|translit|rbnf)/|.*\.(spp|cfu)$"
    r"|(?!(root|en|pool|res_index)\.)[a-z]{2,3}(_\w+)*\.res$"
)


def check_programs() -> None:
    """Raise BuildError if a program that this needs is not here."""
    missing = sorted(package for program, package in PROGRAMS.items() if shutil.which(program) is None)
    if missing:
        raise BuildError(f"A bundle needs {' '.join(missing)}, which apt-get installs; /usr/sbin must be on PATH.")


def share_openblas(inside: Path) -> None:
    """Let FAISS calculate with NumPy's OpenBLAS, by a library that passes its calls on, and take its own out."""
    own = _only(inside / "faiss_cpu.libs", "libopenblas*")
    shared = _only(inside / "numpy.libs", "libscipy_openblas64_*")
    own.unlink()
    place = ["-Wl,-rpath,$ORIGIN/../numpy.libs", f"-Wl,-soname,{own.name}", "-Wl,--allow-shlib-undefined"]
    threads = _only(own.parent, "libgomp*")
    run([*COMPILER, "-o", str(own), str(HERE / "blas.c"), str(shared), str(threads), *place])
    kept, _ = elf.reachable([*(inside / "faiss").glob("*.so")], {file.name: file for file in own.parent.iterdir()})
    for file in own.parent.iterdir():
        if file not in kept:
            file.unlink()


def cut_icu_data(libraries: Path) -> None:
    """Take out of ICU's data, in a folder of Qt's libraries, what Qt does not ask for."""
    library = _only(libraries, "libicudata.so.*")
    data, name = icu_data(library)
    with tempfile.TemporaryDirectory(prefix="findling-icu-") as folder:
        place = Path(folder)
        whole, cut = place / "whole" / f"{name}l.dat", place / "cut" / f"{name}l.dat"  # what is inside is named by it
        whole.parent.mkdir()
        cut.parent.mkdir()
        whole.write_bytes(data)
        run(["icupkg", "--list", "--outlist", str(place / "all.txt"), str(whole)])
        listed = (place / "all.txt").read_text(encoding="utf-8").split()
        unused = "\n".join(item for item in listed if ICU_UNUSED.match(item))
        (place / "unused.txt").write_text(f"{unused}\n", encoding="utf-8")
        run(["icupkg", "--remove", str(place / "unused.txt"), str(whole), str(cut)])
        symbol = f"{name}_dat"
        source = place / "data.s"
        source.write_text(
            f".section .rodata\n.global {symbol}\n.type {symbol}, @object\n.balign 16\n"
            f'{symbol}:\n.incbin "{cut}"\n.size {symbol}, . - {symbol}\n.section .note.GNU-stack,"",@progbits\n',
            encoding="utf-8",
        )
        library.unlink()
        run([*COMPILER, "-nostdlib", f"-Wl,-soname,{library.name}", "-o", str(library), str(source)])


def icu_data(library: Path) -> tuple[bytes, str]:
    """The data in a library of ICU's, and its name such as "icudt73"; raises BuildError if there is none."""
    text = library.read_bytes()
    found = re.search(rb"\xda\x27.{8}CmnD", text, re.DOTALL)
    name = re.search(rb"\0(icudt\d+)_dat\0", text)
    if found is None or name is None:
        raise BuildError(f"{library.name} has no data of ICU's as it is known.")
    return text[found.start() - 2 :], name[1].decode()


def _only(folder: Path, pattern: str) -> Path:
    files = [file for file in folder.glob(pattern) if not file.is_symlink()]
    if len(files) != 1:
        raise BuildError(f"{folder.name} has {len(files)} files like {pattern}, not one.")
    return files[0]
