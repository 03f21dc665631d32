"""Runs commands, in this process or a child process, on a library with a fake engine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import paths
from core import settings as settings_file
from core.cli.main import main
from tests.core.engine.conftest import Running, fake
from tests.core.library.conftest import remote

HOSTILE_NAME = os.fsdecode(b"caf\xe9 \x1b[31m\nmenu.txt")  # not UTF-8, with a line break and an escape sequence


@pytest.fixture(scope="module")
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


def write_documents(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "harbour.txt").write_text("The harbour is closed in winter.\n\nIn spring the boats come back.")
    (folder / "图书馆.md").write_text("# 图书馆\n\n图书馆在冬天关闭。")
    (folder / HOSTILE_NAME).write_text("Soup of the day: lighthouse soup.")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


def library_with_settings(root: Path, engine: Running) -> Path:
    """A library's folder with settings that name the fake engine."""
    root.mkdir(parents=True)
    settings_file.save(remote(engine), root / settings_file.SETTINGS_NAME)
    return root


@pytest.fixture(scope="module")
def indexed_library(engine: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An indexed library; tests must not write to it."""
    folder = tmp_path_factory.mktemp("indexed")
    root = library_with_settings(folder / "library", engine)
    assert main(["index", str(write_documents(folder / "docs")), "--library", str(root)]) == 0
    return root


def run_command(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of a command in this process."""
    capsys.readouterr()
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as ended:
        code = int(ended.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def started(*arguments: str | Path, **more: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "core", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=paths.resources().parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more
    )
