"""An SGLang that the user has installed: an interpreter or the command `sglang`, tested by its version."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import EngineError
from core.processes import run

OLDEST = (0, 5, 19)
VERSION_TIMEOUT = 180.0  # seconds; a cold disk and all of PyTorch
ASK_PYTHON = "import importlib.metadata as m; print('sglang version:', m.version('sglang'))"
START = "from sglang.cli.main import main; main()"
VERSION = re.compile(r"^sglang version: *v?(\d+(?:\.\d+)*\S*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Command:
    """A tested way to start SGLang.

    The sub-command (`serve`) and flags come after `argv`. `variables` are added to its environment: where the compiler
    of its kernels is.
    """

    argv: list[str]
    version: str
    variables: Mapping[str, str] = field(default_factory=dict)


def check_command(text: str, *, timeout: float = VERSION_TIMEOUT) -> Command:
    """Test an interpreter, an environment's folder, or a `sglang` command; waits up to `timeout` seconds.

    Raises EngineError.
    """
    chosen = _program(text.strip())
    if Path(chosen).name.startswith(("python", "pypy")):
        version = _version(chosen, ["-c", ASK_PYTHON], timeout)
        script = Path(chosen).with_name("sglang")
        argv = [str(script)] if os.access(script, os.X_OK) else [chosen, "-c", START]
        return Command(argv, version, variables_of(Path(chosen)))
    return Command([chosen], _version_of_script(chosen, timeout), variables_of(Path(chosen)))


def variables_of(chosen: Path) -> dict[str, str]:
    """Variables for the compilation of SGLang's kernels: the ninja and the CUDA compiler of its environment.

    They replace nothing that the user has set.
    """
    folder = chosen.parent
    found = {"PATH": os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])}
    compiler = next((folder.parent / "lib").glob("python3*/site-packages/nvidia/cu13/bin/nvcc"), None)
    if compiler and not (os.environ.get("CUDA_HOME") or os.environ.get("CUDA_PATH") or shutil.which("nvcc")):
        found["CUDA_HOME"] = str(compiler.parent.parent)
    return found


def _program(text: str) -> str:
    if not text:
        raise EngineError("command.none")
    try:
        named = Path(text).expanduser()
        if named.is_dir():
            named = named / "bin" / "python"
        found = str(named) if named.exists() else shutil.which(text)
    except (OSError, RuntimeError, ValueError):  # too long a name, or the home of an unknown user
        found = None
    if found is None:
        raise EngineError("command.missing", program=text)
    if not os.access(found, os.X_OK):
        raise EngineError("command.not_executable", program=text)
    return os.path.abspath(found)


def _version_of_script(chosen: str, timeout: float) -> str:
    """The version, from the interpreter in its first line: the command itself imports all of PyTorch first."""
    interpreter = _interpreter_of(chosen)
    if interpreter and os.access(interpreter, os.X_OK):
        with contextlib.suppress(EngineError):
            return _version(interpreter, ["-c", ASK_PYTHON], timeout)
    return _version(chosen, ["version"], timeout)


def _interpreter_of(script: str) -> str:
    try:
        with open(script, "rb") as file:
            first = file.readline(1000)
    except OSError:
        return ""
    found = re.match(rb"#! *(/\S*/python[\d.]*)\s*$", first)
    return os.fsdecode(found[1]) if found else ""


def _version(chosen: str, arguments: Sequence[str], timeout: float) -> str:
    output = _output_of([chosen, *arguments], timeout)
    if "PackageNotFoundError" in output or "No module named 'sglang'" in output:
        raise EngineError("command.no_sglang", program=chosen)
    found = VERSION.search(output)
    if found is None:
        words = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "nothing")
        raise EngineError("command.no_version", program=chosen, words=words[:200])
    if _numbers(found[1]) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise EngineError("command.too_old", version=found[1], oldest=oldest)
    return found[1]


def _output_of(command: Sequence[str], timeout: float) -> str:
    """The output of a program, all of whose processes end."""
    output: list[str] = []
    timed_out = threading.Event()
    clock = threading.Timer(timeout, timed_out.set)
    clock.start()
    try:
        run.run(command, run.variables("", {}), timed_out, on_line=output.append)
    except run.Cancelled as error:
        raise EngineError("command.timed_out", program=command[0], seconds=round(timeout)) from error
    except OSError as error:
        raise EngineError("command.cannot_run", program=command[0], reason=error.strerror) from error
    finally:
        clock.cancel()
    return "\n".join(output)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
