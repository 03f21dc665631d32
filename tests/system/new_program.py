"""A copy of the program to which a README's recipe was applied, with a library and documents beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from core import settings as settings_file
from core.settings import Settings
from tests.builders.recipes import change_sources, copy_sources, recipe_of


@dataclass(frozen=True)
class Program:
    """A copy of the program in a folder, with a library and documents beside it."""

    root: Path
    library: Path
    documents: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(self.root), "PYTHONWARNINGS": "error"}
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def command(self, *arguments: str | Path) -> str:
        """What a command of the command line prints; it must succeed."""
        ended = self.run("core", *map(str, arguments), "--library", str(self.library))
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def search(self, query: str) -> list[dict[str, object]]:
        hits: list[dict[str, object]] = json.loads(self.command("search", query, "--json"))["hits"]
        return hits


def program_with_recipe(package: str, folder: Path, settings: Settings) -> Program:
    """The program with the recipe of a package's README, a library with these settings, and two texts to index.

    `settings` need not be valid in the program that runs this test.
    """
    root, documents, library = folder / "program", folder / "documents", folder / "library"
    copy_sources(root, "tests")
    change_sources(recipe_of(package), root)
    documents.mkdir()
    (documents / "tides.txt").write_text("High water is at noon.", encoding="utf-8")
    (documents / "bread.txt").write_text("Sourdough needs flour, water and time.", encoding="utf-8")
    library.mkdir()
    settings_file.save(Settings(**asdict(settings)), library / settings_file.SETTINGS_NAME)
    return Program(root, library, documents)


def check_finds_by_meaning(program: Program) -> None:
    """Whether the indexed documents are found by their meaning."""
    [hit, *_] = program.search("sourdough flour")
    assert str(hit["path"]).endswith("bread.txt")
    told = json.loads(program.command("why", program.documents / "bread.txt", "--query", "sourdough", "--json"))
    assert dict(told["ranks"])["meaning"] is not None


def check_in_window(program: Program, checks: str) -> None:
    """Run a module of checks with a window in the copy."""
    options = ["-p", "no:cacheprovider", f"--rootdir={program.root}", f"--confcutdir={program.root / 'tests'}"]
    ended = program.run("pytest", "-x", *options, checks)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " passed" in ended.stdout or " 100%" in ended.stdout
