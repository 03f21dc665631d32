"""A format is one module and one line: the recipe of core/extract/README.md, carried out in a copy of the program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import paths
from core import settings as settings_file
from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote

ROOT = paths.resources().parent
COPIED = ("core", "gui", "tests")
MESSAGE = (
    "From: Ann Keeper <ann@lighthouse.example>\n"
    "Subject: The foghorn is repaired\n"
    "Content-Type: text/plain; charset=utf-8\n"
    "Content-Transfer-Encoding: base64\n\n"
    "VGhlIGJyYXNzIGRpYXBocmFnbSB3YXMgcmVwbGFjZWQgb24gVHVlc2RheS4=\n"  # The brass diaphragm was replaced on Tuesday.
)


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


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program with the format of the recipe, and a library with a message in it."""
    folder = tmp_path_factory.mktemp("new-format")
    root = folder / "program"
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "corpus"))
    (root / "resources").symlink_to(ROOT / "resources")
    shutil.copy(ROOT / "pyproject.toml", root)
    add_format(root / "core/extract")
    documents = folder / "documents"
    documents.mkdir()
    (documents / "foghorn.eml").write_text(MESSAGE, encoding="utf-8")
    (documents / "tides.txt").write_text("High water is at noon.", encoding="utf-8")
    library = folder / "library"
    library.mkdir()
    with fake() as engine:
        settings_file.save(remote(engine), library / settings_file.SETTINGS_NAME)
        made = Program(root, library, documents)
        made.command("index", documents)
        yield made


def add_format(package: Path) -> None:
    """What the recipe says: its module, and its line in the registry."""
    module, line = re.findall(r"^```python\n(.*?)^```", (package / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    (package / "mail.py").write_text(module)
    registry = package / "registry.py"
    table = registry.read_text()
    assert table.count("\nFORMATS = (\n") == 1
    registry.write_text(table.replace("\nFORMATS = (\n", f"\nFORMATS = (\n    {line.strip()},\n"))


@pytest.mark.parametrize("query", ["brass diaphragm", "type:mail", "ext:eml", "diaphragm type:mail ext:eml"])
def test_it_is_found_by_its_words_its_type_and_its_extension(program: Program, query: str) -> None:
    [hit, *others] = program.search(query)
    assert str(hit["path"]).endswith("foghorn.eml")
    assert (hit["title"], hit["kind"]) == ("The foghorn is repaired", "mail")
    assert others == [] or "type:" not in query


def test_the_command_line_explains_it(program: Program) -> None:
    explained = json.loads(program.command("why", program.documents / "foghorn.eml", "--query", "diaphragm", "--json"))
    assert (explained["code"], explained["passages"]) == ("read", 1)
    assert dict(explained["ranks"])["words"] == 1
    assert json.loads(program.command("problems", "--json") or "[]") == []


def test_the_doctor_finds_the_library_consistent(program: Program) -> None:
    program.command("doctor")


def test_the_window_shows_it(program: Program) -> None:
    checks = "tests/gui/check_new_format.py"
    options = ["-p", "no:cacheprovider", f"--rootdir={program.root}", f"--confcutdir={program.root / 'tests'}"]
    ended = program.run("pytest", "-x", *options, checks)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "1 passed" in ended.stdout or " 100%" in ended.stdout
