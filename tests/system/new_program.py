"""A copy of the program to which a README's recipe was applied, with a library and documents beside it."""

from __future__ import annotations

import re
import shutil
from dataclasses import asdict
from pathlib import Path

from core import paths
from core import settings as settings_file
from core.settings import Settings
from tests.system.test_new_format import COPIED, Program

ROOT = paths.resources().parent


def copied(folder: Path, settings: Settings) -> Program:
    """The program as it is, with a text to index; `settings` need not be valid in the program that runs this test."""
    root = folder / "program"
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "corpus"))
    (root / "resources").symlink_to(ROOT / "resources")
    shutil.copy(ROOT / "pyproject.toml", root)
    documents, library = folder / "documents", folder / "library"
    documents.mkdir()
    (documents / "tides.txt").write_text("High water is at noon.", encoding="utf-8")
    (documents / "bread.txt").write_text("Sourdough needs flour, water and time.", encoding="utf-8")
    library.mkdir()
    settings_file.save(Settings(**asdict(settings)), library / settings_file.SETTINGS_NAME)
    return Program(root, library, documents)


def instructions(package: Path) -> tuple[str, str]:
    """The module and the line of the registry that a README tells to add."""
    module, line = re.findall(r"^```python\n(.*?)^```", (package / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    return module, line


def add_line(registry: Path, table: str, line: str) -> None:
    """Put a line at the end of a table that stands in several lines."""
    text = registry.read_text()
    start = text.index(f"\n{table} = (\n")
    end = text.index("\n)\n", start)
    registry.write_text(f"{text[:end]}\n    {line.strip()},{text[end:]}")


def check_in_window(program: Program, checks: str) -> None:
    """Run a module of checks with a window in the copy."""
    options = ["-p", "no:cacheprovider", f"--rootdir={program.root}", f"--confcutdir={program.root / 'tests'}"]
    ended = program.run("pytest", "-x", *options, checks)
    assert ended.returncode == 0, ended.stdout + ended.stderr
