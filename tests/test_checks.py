"""The one command that runs every check, and what it makes of a real SGLang that cannot be had."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests import __main__ as checks
from tests.system.sglang import environment

SHOW = [sys.executable, "-c", "import sys; print('options:', sys.argv[1:])"]


@pytest.fixture(autouse=True)
def _one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of all checks one that shows what it is given."""
    monkeypatch.setattr(checks, "CHECKS", {"pytest": SHOW})
    monkeypatch.delenv(environment.OVERRIDE, raising=False)


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No environment can be made: what should be its folder is a file."""
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("FINDLING_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("no_room")
def test_where_it_must_run_and_cannot_nothing_is_checked(capfd: pytest.CaptureFixture[str]) -> None:
    assert checks.main(["--sglang"]) == 1
    said = capfd.readouterr()
    assert said.err.startswith("The real SGLang was not run: ")
    assert said.out == ""


@pytest.mark.usefixtures("no_room")
def test_where_it_is_only_tried_the_rest_is_checked_and_the_end_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    assert checks.main(["--sglang=try", "--jobs=1"]) == 0
    said = capfd.readouterr().out
    assert "options: []" in said
    assert said.splitlines()[-1].startswith("The real SGLang was not run: ")


@pytest.mark.usefixtures("no_room")
def test_a_check_that_fails_is_not_hidden_by_a_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECKS", {"pytest": [sys.executable, "-c", "raise SystemExit(3)"]})
    assert checks.main(["--sglang=try", "--jobs=1"]) == 1


@pytest.mark.parametrize("option", ["--sglang", "--sglang=try"])
def test_an_environment_that_is_there_is_given_to_the_tests(
    option: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(environment.OVERRIDE, "/some/python")
    assert checks.main([option, "--jobs=1"]) == 0
    assert "options: ['--sglang=/some/python']" in capfd.readouterr().out


def test_without_the_option_nobody_looks_for_it(capfd: pytest.CaptureFixture[str]) -> None:
    assert checks.main(["--jobs=1"]) == 0
    said = capfd.readouterr().out
    assert "options: []" in said
    assert "SGLang" not in said


def test_making_it_is_given_up_in_time_and_half_of_it_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FINDLING_CACHE", str(tmp_path))
    with pytest.raises(environment.CannotMakeError, match=r"took too long|are pinned|are built for|are free"):
        environment.ensure(lambda _sentence: None, time_limit=0.1)
    assert not list(tmp_path.rglob("whole"))


def test_several_processes_share_the_tests(capfd: pytest.CaptureFixture[str]) -> None:
    assert checks.main(["--jobs=2", "--fast"]) == 0
    assert "options: ['--fast', '-n', '2', '--dist', 'loadfile', '--no-loadscope-reorder']" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("path", "tests"),
    [
        ("tests/core/search", "tests/core/search"),
        ("core/search", "tests/core/search"),
        ("core/chunk/config.py", "tests/core/chunk/test_config.py"),
        ("gui/window.py", "tests/gui/test_window.py"),
        ("tests/core/chunk/test_config.py::test_nothing", "tests/core/chunk/test_config.py::test_nothing"),
    ],
)
def test_a_path_runs_the_tests_below_it(path: str, tests: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert checks.main([path]) == 0
    assert f"options: ['{tests}']" in capfd.readouterr().out


def test_a_path_without_tests_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        checks.main(["core/nowhere"])
    assert "there is no tests/core/nowhere" in capfd.readouterr().err


def test_what_continuous_integration_runs_is_understood() -> None:
    script = (checks.ROOT / ".ci" / "run").read_text(encoding="utf-8")
    called, *options = shlex.split(script.splitlines()[-1])[1:]
    assert called == "packaging/test.sh"
    assert checks._parser().parse_args(options).sglang == "try"
    assert f"sh {called} {' '.join(options)}" in (checks.ROOT / "README.md").read_text(encoding="utf-8")
