"""SGLang that the user has already: tried, with a sentence for each way in which it is not what is needed."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import psutil
import pytest

from core.engine.installing.command import Command, check_command, variables_of
from core.errors import EngineError

pytestmark = pytest.mark.slow


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def environment(folder: Path, version: str) -> Path:
    """A folder that looks like an environment with this SGLang; its interpreter."""
    python = script(folder / "bin" / "python", f'echo "sglang version: {version}"')
    script(
        folder / "bin" / "sglang", f'[ "$1" = version ] && echo "sglang version: {version}"; echo "git revision: N/A"'
    )
    return python


def fault(text: Path | str, timeout: float = 60) -> str:
    with pytest.raises(EngineError) as caught:
        check_command(str(text), timeout=timeout)
    assert caught.value.remedy
    return caught.value.sentence


def test_a_command_an_interpreter_and_an_environments_folder(tmp_path: Path) -> None:
    python = environment(tmp_path, "0.5.23")
    own = str(tmp_path / "bin" / "sglang")
    for named in (own, str(python), str(tmp_path), f"  {own} "):
        found = check_command(named)
        assert (found.argv, found.version) == ([own], "0.5.23")


def test_a_command_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(tmp_path, "0.5.23")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert check_command("sglang").argv == [str(tmp_path / "bin" / "sglang")]


def test_an_interpreter_without_the_command_beside_it(tmp_path: Path) -> None:
    python = environment(tmp_path, "0.6.0")
    (tmp_path / "bin" / "sglang").unlink()
    found = check_command(str(python))
    assert found.argv[:2] == [str(python), "-c"]
    assert "sglang.cli.main" in found.argv[2]


def test_a_command_is_asked_through_its_interpreter(tmp_path: Path) -> None:
    python = environment(tmp_path, "0.5.23")
    command = tmp_path / "bin" / "sglang"
    command.write_text(f"#!{python}\nimport nothing_that_is_there\n", encoding="utf-8")
    found = check_command(str(command))
    assert (found.argv, found.version) == ([str(command)], "0.5.23")


def test_a_name_with_spaces_and_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(tmp_path / "my tools", "0.5.23")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert check_command("~/my tools/bin/sglang").version == "0.5.23"


def test_what_is_not_there_or_cannot_be_run(tmp_path: Path) -> None:
    assert fault("") == "No program is named."
    assert fault(tmp_path / "nothing").startswith("There is no program")
    for name in ("x" * 5000, "~nobody-of-that-name/python", "a\0b"):
        assert fault(name).startswith("There is no program")
    assert fault(tmp_path).startswith("There is no program"), "a folder without an environment"
    plain = tmp_path / "plain"
    plain.write_text("no program", encoding="utf-8")
    assert "is not a program that can be run" in fault(plain)
    plain.chmod(0o755)
    assert "Exec format error" in fault(plain)
    gone = script(tmp_path / "gone", "")
    gone.write_text("#!/nowhere/python\n", encoding="utf-8")
    assert "does not say which SGLang" in fault(gone)


def test_an_interpreter_without_sglang() -> None:
    assert "There is no SGLang in the environment of" in fault(sys.executable)


def test_a_command_of_something_else(tmp_path: Path) -> None:
    assert "It says: hello" in fault(script(tmp_path / "other", "echo hello"))
    assert "It says: nothing" in fault(script(tmp_path / "mute", "exit 3"))


def test_a_command_that_never_answers_is_ended(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    slow = script(tmp_path / "slow", f"echo $$ >'{note}'; exec sleep 1000")
    assert "did not say its version within" in fault(slow, timeout=2)
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(note.read_text())).wait(20)


@pytest.mark.parametrize("version", ["0.5.9", "0.4.10.post2", "0.5.18rc1"])
def test_too_old(version: str, tmp_path: Path) -> None:
    assert f"too old ({version})" in fault(environment(tmp_path, version))


@pytest.mark.parametrize("version", ["0.5.19", "0.5.100", "0.6", "1.0.0rc1", "0.5.23.post1+local"])
def test_new_enough(version: str, tmp_path: Path) -> None:
    assert check_command(str(environment(tmp_path, version))).version == version


def test_the_compiler_of_the_environment_is_used_unless_there_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = environment(tmp_path, "0.5.23")
    nvcc = script(tmp_path / "lib/python3.12/site-packages/nvidia/cu13/bin/nvcc", "")
    for name in ("CUDA_HOME", "CUDA_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    found = variables_of(python)
    assert found["CUDA_HOME"] == str(nvcc.parent.parent)
    assert found["PATH"].split(os.pathsep) == [str(tmp_path / "bin"), str(tmp_path / "empty")]
    monkeypatch.setenv("CUDA_HOME", "/their/own")
    assert "CUDA_HOME" not in variables_of(python)
    assert Command(["sglang"], "1").variables == {}
