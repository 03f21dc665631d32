"""Valid and invalid calls: help, exit codes, missing and broken libraries."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from tests.core.cli.conftest import run_command


@pytest.mark.parametrize("command", [["search", "harbour"], ["status"], ["problems"]])
def test_a_library_that_is_not_there_is_told_and_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    code, out, err = run_command(capsys, *command, "--library", tmp_path / "nowhere")
    assert (code, out) == (3, "")
    assert "There is no library" in err
    assert "findling index" in err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "command", [["search", "harbour"], ["status"], ["index", "."], ["index", ".", "--model", "english"]]
)
def test_broken_settings_are_told(
    indexed_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    shutil.copytree(indexed_library, tmp_path / "library")
    (tmp_path / "library" / "settings.json").write_text("{nonsense")
    later = time.time() + 60  # an edit changes the time of the file, a damaged disk does not
    os.utime(tmp_path / "library" / "settings.json", (later, later))
    code, out, err = run_command(capsys, *command, "--library", tmp_path / "library")
    assert (code, out) == (3, "")
    assert "settings.json cannot be read. Correct or delete that file." in err


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["dance"], ["index"], ["search"], ["search", "a", "b"], ["search", "a", "-n", "0"],
        ["search", "a", "-n", "-3"],
        ["search", "a", "-n", "many"], ["search", "a", "-n", "²"], ["search", "a", "--batch", "b.jsonl"],
        ["index", ".", "--model", "gpt"], ["index", ".", "--until", "never"], ["status", "--yaml"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_has_a_code_of_its_own(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run_command(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "usage: findling" in err


@pytest.mark.parametrize(
    "arguments", [["--help"], ["index", "--help"], ["search", "--help"], ["status", "-h"], ["engine", "--help"]]
)
def test_help_names_the_exit_codes(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_command(capsys, *arguments)
    assert code == 0
    assert "exit codes: 0 done" in out


def test_the_library_of_the_environment_is_the_default(
    indexed_library: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINDLING_LIBRARY", str(indexed_library))
    assert json.loads(run_command(capsys, "status", "--json")[1])["library"] == str(indexed_library)


def test_help_keeps_the_names_as_they_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\nInstall SGLang for the graphics card" in run_command(capsys, "engine", "install", "--help")[1]
