"""`findling engine`: output, formats and exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core import paths
from core import settings as settings_file
from core.control_socket import send_request
from core.engine.progress import JobProgress, Tell
from core.library import Library
from core.library.engines.jobs import Task
from core.library.engines.setup import EngineSetup
from core.settings import Settings
from tests.core.cli.conftest import library_with_settings, run_command
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until, write_notes

pytestmark = pytest.mark.slow

NOBODY = "http://127.0.0.1:9/v1"


# status


def test_status_needs_no_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run_command(capsys, "engine", "status", "--library", tmp_path / "nowhere")
    assert (code, err) == (0, "")
    for text in ("SGLang: not installed", "qwen3-0.6b", "GB to download", "Engine: builtin, model multilingual"):
        assert text in out
    assert "no Findling has this library open" in out
    assert not (tmp_path / "nowhere").exists()


def test_status_as_json(engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = library_with_settings(tmp_path / "library", engine)
    code, out, _ = run_command(capsys, "engine", "status", "--json", "--library", root)
    assert code == 0
    told = json.loads(out)
    assert (told["engine"], told["model"], told["open"]) == ("remote", "english", False)
    assert told["machine"].keys() >= {"gpus", "driver", "cuda", "trouble", "remedy"}
    assert [model["model"] for model in told["models"]] == ["qwen3-0.6b", "qwen3-4b", "qwen3-8b"]
    assert told["servers"][0]["status"]["state"] == "stopped"
    assert told["servers"][0]["step"] == "start"


def test_status_of_an_open_library_is_the_true_one(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.engines.wait_ready(60)
        _, out, _ = run_command(capsys, "engine", "status", "--library", tmp_path / "library")
        assert "meaning: ready" in out
        told = json.loads(run_command(capsys, "engine", "status", "--json", "--library", tmp_path / "library")[1])
        assert told["open"]
        assert told["servers"][0]["status"]["state"] in ("ready", "busy")


# check, logs


def test_a_check_of_a_server_that_answers(engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = library_with_settings(tmp_path / "library", engine)
    code, out, _ = run_command(capsys, "engine", "check", "--library", root)
    assert code == 0
    assert out.startswith("The engine answers as it should")
    with Library.open(root) as library:
        library.engines.wait_ready(60)
        assert run_command(capsys, "engine", "check", "--library", root)[0] == 0


def test_a_check_of_another_model_is_told(engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "library"
    root.mkdir()
    settings_file.save(remote(engine, max_file_mb=1), root / settings_file.SETTINGS_NAME)
    data = json.loads((root / settings_file.SETTINGS_NAME).read_text()) | {"model": "multilingual"}
    (root / settings_file.SETTINGS_NAME).write_text(json.dumps(data))
    later = time.time() + 60  # an edit changes the time of the file, a damaged disk does not
    os.utime(root / settings_file.SETTINGS_NAME, (later, later))
    code, out, err = run_command(capsys, "engine", "check", "--library", root)
    assert (code, out) == (3, "")
    assert "serves all-MiniLM-L6-v2, not multilingual-e5-small" in err


def test_logs_are_the_last_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs = tmp_path / "library" / "logs"
    logs.mkdir(parents=True)
    (logs / "engine.log").write_text("".join(f"line {number} \x1b[2J\n" for number in range(9)))
    code, out, _ = run_command(capsys, "engine", "logs", "-n", "2", "--library", tmp_path / "library")
    assert (code, out) == (0, "line 7 ⟨ESC⟩[2J\nline 8 ⟨ESC⟩[2J\n")


def test_logs_of_an_engine_that_never_ran_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINDLING_CACHE", str(tmp_path / "cache"))  # without the logs of other tests
    code, out, err = run_command(capsys, "engine", "logs", "--library", tmp_path / "library")
    assert (code, out, err) == (0, "", "The log is empty.\n")


# install, download


def replace_install_job(monkeypatch: pytest.MonkeyPatch, task: Task) -> None:
    """Replace the job of `install`."""
    monkeypatch.setattr(EngineSetup, "install", lambda setup: setup._jobs.begin(task))


def test_what_is_fetched_is_followed_to_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cli.console.LOG_SECONDS", 0.01)
    told = threading.Event()

    def work(tell: Tell, _cancelled: threading.Event) -> bool:
        tell(JobProgress("Fetching torch.", 555_000_000, 4_600_000_000))
        return told.wait(0.5) or True

    replace_install_job(monkeypatch, Task("install", "", work))
    code, out, err = run_command(capsys, "engine", "install", "--library", tmp_path)
    assert (code, out) == (0, "Done.\n")
    assert "to download" in err.splitlines()[0]
    assert "Fetching torch.  555 MB of 4.6 GB (12%)" in err


def test_what_cannot_be_fetched_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(_tell: Tell, _cancelled: threading.Event) -> bool:
        from core.errors import StorageFullError

        raise StorageFullError("verbatim", sentence="The disk is full.", remedy="Free 3 GB.")

    replace_install_job(monkeypatch, Task("install", "", work))
    code, out, err = run_command(capsys, "engine", "install", "--library", tmp_path)
    assert (code, out) == (3, "")
    assert err.splitlines()[-1] == "findling: The disk is full. Free 3 GB."


def test_ctrl_c_cancels_and_says_that_it_can_be_gone_on_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(_tell: Tell, cancelled: threading.Event) -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return not cancelled.wait(60)

    replace_install_job(monkeypatch, Task("install", "", work))
    code, out, err = run_command(capsys, "engine", "install", "--library", tmp_path)
    assert (code, out) == (130, "")
    assert "the same command resumes" in err


def test_without_a_card_a_model_is_fetched_only_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run_command(capsys, "engine", "download", "--library", tmp_path)
    assert code == 3
    assert "no larger one fits on a graphics card of this machine. Name one of qwen3-0.6b" in err


# start, stop


def start(root: Path) -> subprocess.Popen[str]:
    """`findling engine start`, once its engine is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core", "engine", "start", "--library", str(root)],
        cwd=paths.resources().parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "is ready after" in line:
            break
    return process


def test_an_engine_that_is_kept_running_answers_other_commands_and_is_stopped_by_one(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = library_with_settings(tmp_path / "library", engine)
    write_notes(tmp_path / "notes", 2)
    with Library.open(root) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
    process = start(root)
    try:
        data = json.loads((root / settings_file.SETTINGS_NAME).read_text()) | {"remote_url": NOBODY}
        (root / settings_file.SETTINGS_NAME).write_text(json.dumps(data))  # only the running one knows where to ask
        code, out, _ = run_command(capsys, "search", "the seventh of all notes", "--library", root)
        assert code == 0
        assert "meaning" in out
        code, out, _ = run_command(capsys, "engine", "start", "--library", root)
        assert (code, out) == (0, "The engine of the Findling that has this library open is ready.\n")
        code, out, _ = run_command(capsys, "engine", "stop", "--library", root)
        assert code == 0
        assert "its memory is free" in out
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.communicate()


def test_ctrl_c_ends_an_engine_that_is_kept_running(engine: Running, tmp_path: Path) -> None:
    process = start(library_with_settings(tmp_path / "library", engine))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "being stopped" in err


def test_stopping_where_nothing_runs_is_no_trouble(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run_command(capsys, "engine", "stop", "--library", tmp_path)
    assert (code, err) == (0, "")
    assert out.startswith("No Findling has this library open")


def test_an_engine_that_cannot_start_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "library"
    root.mkdir()
    settings_file.save(Settings(engine="sglang", model="qwen3-0.6b"), root / settings_file.SETTINGS_NAME)
    code, out, err = run_command(capsys, "engine", "start", "--library", root)
    assert (code, out) == (3, "")
    assert err.splitlines()[-1].startswith("findling: ")
    assert "install" in err.lower()


def test_another_model_takes_an_engine_that_can_run_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "library"
    code, _, _ = run_command(capsys, "engine", "start", "--model", "qwen3-0.6b", "--library", root)
    assert code == 3
    kept = settings_file.load(root / settings_file.SETTINGS_NAME)
    assert (kept.engine, kept.model) == ("sglang", "qwen3-0.6b")


# The control socket


def test_the_control_socket_is_closed_with_the_library(engine: Running, tmp_path: Path) -> None:
    root = tmp_path / ("a long name of a folder " * 5) / "library"
    with Library.open(root, remote(engine)) as library:
        assert (root / "control.sock").stat().st_mode & 0o777 == 0o600
        assert send_request(root, "nonsense") is None
        assert (send_request(root, "engine/start") or {}).keys() == {"state"}
        library.engines.wait_ready(60)
        until(lambda: "base_url" in (send_request(root, "engine/endpoint") or {}))
    assert send_request(root, "engine/status") is None
    assert not (root / "control.sock").exists()


@pytest.mark.parametrize(
    "arguments", [["engine"], ["engine", "dance"], ["engine", "download", "gpt"], ["engine", "logs", "-n", "0"],
                  ["engine", "install", "--repair", "--remove"]], ids=" ".join,
)  # fmt: skip
def test_wrong_usage_has_a_code_of_its_own(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run_command(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "usage: findling engine" in err
