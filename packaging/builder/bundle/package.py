"""Puts the bundle together: PyInstaller's folder without what is unused, its texts, and the menu entry's installer."""

from __future__ import annotations

import lzma
import os
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from builder import desktop_files, elf, environment
from builder.bundle import smaller
from builder.command import run, size, uv
from builder.completions import completions
from builder.debian.documents import bundled_licences
from builder.facts import ROOT, build_time, version
from builder.icons import write_icons
from builder.manual_page import manual_page
from builder.parsers import commands, window
from builder.sbom import MODEL_FILES, sbom

HERE = Path(__file__).parent
LOCK = ROOT / "packaging" / "bundle.lock"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
INSIDE = "_internal"  # PyInstaller's name for the folder of libraries
COMPLETIONS = {"bash": "bash-completion/completions/findling", "fish": "fish/vendor_completions.d/findling.fish"}


def build(wheel: Path, out: Path) -> tuple[Path, int, int]:
    """Write the bundle into a folder; returns its file, its bytes unpacked, and those of the models in it."""
    smaller.check_programs()
    name = f"findling-{version()}-linux-x86_64"
    with tempfile.TemporaryDirectory(prefix="findling-bundle-", dir=out) as folder:
        place = Path(folder)
        packages = environment.make(place / "env", PYTHON, wheel)
        interpreter = Path(sys.base_prefix, "bin", f"python{PYTHON}")
        environment.add_interpreter(place / "env", PYTHON, interpreter, str(interpreter))
        tree = _frozen(place, packages).rename(place / name)
        smaller.share_openblas(tree / INSIDE)
        smaller.cut_icu_data(tree / INSIDE / "PySide6" / "Qt" / "lib")
        leave_out_unused(tree)
        _strip(tree)
        _add_texts(tree, packages)
        unpacked, models = size(tree), sum(size(tree / INSIDE / file) for file in MODEL_FILES)
        file = out / f"{name}.tar.xz"
        pack(tree, file)
    return file, unpacked, models


def _frozen(place: Path, packages: Path) -> Path:
    """The folder as PyInstaller makes it, in a process that has the bundle's packages only."""
    tools = place / "tools"
    command = [uv(), "pip", "install", "--quiet", "--target", str(tools), "--python-version", PYTHON]
    run([*command, "--require-hashes", "--no-build", "-r", str(LOCK)])
    command = [str(place / "env" / "bin" / "python"), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(place / "dist"), "--workpath", str(place / "work"), str(HERE / "findling.spec")]
    run(command, PYTHONPATH=str(tools), FINDLING_PACKAGES=str(packages), PYTHONHASHSEED="1")
    return place / "dist" / "findling"


def leave_out_unused(tree: Path) -> None:
    """Take out the system's libraries that nothing inside asks for, such as those loaded only where they are."""
    inside = tree / INSIDE
    own = {path.name: path for path in inside.rglob("*") if ".so" in path.name and path.is_file()}
    roots = [path for path in inside.rglob("*") if path.parent != inside and _is_binary(path)]
    kept, _ = elf.reachable([tree / "findling", *_loaded_by_program(inside), *roots], own)
    needed = {path.resolve() for path in kept}
    for path in sorted(inside.glob("lib*")):
        if ".so" in path.name and path.resolve() not in needed:
            path.unlink()


def _loaded_by_program(inside: Path) -> list[Path]:
    """Python, and the modules that are not in a package's folder."""
    return [path for path in inside.glob("*.so*") if path.name.startswith("libpython") or "cpython" in path.name]


def _is_binary(path: Path) -> bool:
    return ".so" in path.name and path.is_file() and not path.is_symlink() and elf.is_elf(path)


def _strip(tree: Path) -> None:
    """Take the names of functions out of libraries; those that wheels have changed already stay as they are."""
    for path in (tree / INSIDE).rglob("*"):
        if _is_binary(path) and not path.parent.name.endswith(".libs"):
            run(["strip", "--strip-unneeded", str(path)])


def _add_texts(tree: Path, packages: Path) -> None:
    share = tree / "share"
    desktop_files.install(tree)
    write_icons(share / "icons" / "hicolor")
    texts = {"man/man1/findling.1": manual_page(commands(), window())}
    made = completions(commands(), window())
    texts |= {place: made[shell] for shell, place in COMPLETIONS.items()}
    texts |= {"doc/findling/sbom.cdx.json": sbom(packages), "doc/findling/packages.txt": bundled_licences(packages)}
    for name, text in texts.items():
        file = share / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for name in ("LICENSE", "NOTICE", "CHANGELOG.md"):
        shutil.copyfile(ROOT / name, share / "doc" / "findling" / name)
    shutil.copyfile(HERE / "install.sh", tree / "install.sh")
    (tree / "install.sh").chmod(0o755)


def pack(tree: Path, file: Path) -> None:
    """Write a folder as tar.xz; the same folder gives the same file."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = build_time()
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with lzma.open(file, "wb", preset=1) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(tree, tree.name, recursive=False, filter=plain)
        for path in sorted(tree.rglob("*")):
            archive.add(path, os.path.join(tree.name, path.relative_to(tree)), recursive=False, filter=plain)
