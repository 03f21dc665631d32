"""A module run in isolation: neither variables nor the current folder decide what is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from core.engine.builtin.backend import builtin_command
from core.processes.isolated import module_command

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = "import os, sys\nos.write(2, b'hostile code runs')\nos._exit(66)\n"
SHADOWED = ("json", "numpy", "argparse", "core", "runpy", "sitecustomize", "usercustomize")


def hostile_folder(tmp_path: Path) -> Path:
    for name in SHADOWED:
        (tmp_path / f"{name}.py").write_text(HOSTILE)
    return tmp_path


def run(command: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONSTARTUP": str(folder / "json.py"), **variables}
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_a_module_of_findling_runs_from_a_hostile_folder(tmp_path: Path) -> None:
    folder = hostile_folder(tmp_path)
    done = run(builtin_command("english"), folder, FINDLING_ENGINE_KEY="")
    assert "hostile" not in done.stderr
    assert "FINDLING_ENGINE_KEY" in done.stderr  # it came as far as its own check
    assert done.returncode == 2


def test_the_test_can_fail(tmp_path: Path) -> None:
    done = run([sys.executable, "-m", "core.engine.builtin", "--model", "english"], hostile_folder(tmp_path))
    assert "hostile code runs" in done.stderr


def test_arguments_and_the_name_of_the_main_module_are_as_usual(tmp_path: Path) -> None:
    done = run(module_command("platform", "--terse"), tmp_path)
    assert done.returncode == 0
    assert "Linux" in done.stdout or done.stdout.strip()


def test_every_python_that_findling_starts_is_isolated() -> None:
    """`-m` takes modules from the current folder and from PYTHONPATH: no command may be made with it.

    A bundle's program is isolated always, and is told by RUN_MODULE to run a module of its own.
    """
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in ("core", "gui")
        for path in (ROOT / folder).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "sys.executable," in line and '"-I"' not in line and "sys.executable, RUN_MODULE," not in line
    ]
    assert found == []
