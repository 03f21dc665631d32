"""SGLang's environment from a local package index: install, cancel, kill, resume, repair, update, remove."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import uv

from core import paths
from core.engine import disk_space
from core.engine.hardware import system
from core.engine.installing import install, lockfile
from core.engine.installing.install import Installation, JobProgress
from core.engine.installing.uv import program
from core.errors import EngineError, StorageFullError
from tests.core.store.integrity.test_full_disk import mount_namespace, on_small_disk
from tests.fakes.fake_index import FakeIndex, running, stand_ins, wheel, write_lockfile
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

ROOT = paths.resources().parent
NEVER = threading.Event()


def silent(step: JobProgress) -> None:
    pass


@pytest.fixture(scope="module")
def parts() -> dict[str, tuple[str, bytes]]:
    return stand_ins()


@pytest.fixture
def index(parts: dict[str, tuple[str, bytes]], monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeIndex]:
    monkeypatch.setattr(install, "SPARE", 0)
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with running(parts) as server:
        monkeypatch.setenv("UV_DEFAULT_INDEX", server.url)
        yield server


@pytest.fixture
def ours(tmp_path: Path, parts: dict[str, tuple[str, bytes]]) -> Installation:
    return Installation(tmp_path / "engine", write_lockfile(tmp_path / "lockfiles", parts))


@pytest.fixture
def installed(ours: Installation, index: FakeIndex) -> Installation:
    assert ours.install(silent, NEVER)
    return ours


def says(installation: Installation) -> str:
    """What the installed command answers to `version`: proof that the environment works."""
    command = installation.command()
    return subprocess.run([*command.argv, "version"], capture_output=True, text=True, check=True).stdout.strip()


def of_environment(installation: Installation, path: str) -> Path:
    (found,) = installation.python.parent.parent.glob(f"lib/python3*/site-packages/{path}")
    return found


def once(folder: Path, ingredients: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.core.engine.installing.install_once", str(folder), str(ingredients)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_from_nothing_to_a_command_that_runs(ours: Installation, index: FakeIndex) -> None:
    assert (ours.state(), ours.version()) == ("missing", "")
    with pytest.raises(EngineError, match="not installed"):
        ours.command()
    steps: list[JobProgress] = []
    assert ours.install(steps.append, NEVER)
    assert (ours.state(), ours.version()) == ("ready", "0.5.23")
    assert says(ours) == "sglang version: 0.5.23"
    assert ours.command().version == "0.5.23"
    assert ours.command().variables["PATH"].startswith(str(ours.python.parent))
    assert all(0 <= step.done <= step.total for step in steps)
    assert steps[-1].done == steps[-1].total == ours.disk_size()
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert sum(index.served.values()) == ours.download_size()


def test_progress_names_the_package_and_its_bytes(ours: Installation, index: FakeIndex) -> None:
    index.stalled = "stand-in-big"
    seen = threading.Event()

    def tell(step: JobProgress) -> None:
        half = step.done > 300_000 and "3 of 4 packages" in step.sentence
        if half and step.done < step.total and "stand-in-big" in step.sentence:
            seen.set()
            index.go.set()

    assert ours.install(tell, NEVER)
    assert seen.is_set()


def test_cancelled_and_gone_on_with(ours: Installation, index: FakeIndex) -> None:
    index.stalled = "stand-in-big"
    cancelled = threading.Event()
    before = set(psutil.Process().children(recursive=True))

    def tell(step: JobProgress) -> None:
        if index.reached.is_set() and "3 of 4 packages" in step.sentence:
            cancelled.set()

    assert ours.install(tell, cancelled) is False
    wait_until(lambda: set(psutil.Process().children(recursive=True)) <= before, "the installer's end")
    assert ours.state() == "partial"
    index.stalled = ""
    index.go.set()
    small = index.bytes_of("stand-in-small")
    assert ours.install(silent, NEVER)
    assert ours.state() == "ready"
    assert index.bytes_of("stand-in-small") == small, "what was there was fetched again"
    assert not [place for place in (ours.folder / "cache").iterdir() if place.name.startswith(".tmp")]


def test_killed_in_the_middle_and_gone_on_with(ours: Installation, index: FakeIndex, tmp_path: Path) -> None:
    index.stalled = "stand-in-big"
    with once(ours.folder, tmp_path / "lockfiles") as program:
        assert program.stdout
        for line in program.stdout:
            if index.reached.is_set() and "3 of 4 packages" in line:
                break
        family = psutil.Process(program.pid).children(recursive=True)
        assert any(process.is_running() and "uv" in process.name() for process in family)
        program.kill()
    _, alive = psutil.wait_procs(family, timeout=60)
    assert not alive, "the installer outlived the program that was killed"
    assert ours.state() == "partial"
    index.stalled = ""
    index.go.set()
    small = index.bytes_of("stand-in-small")
    assert ours.install(silent, NEVER)
    assert says(ours) == "sglang version: 0.5.23"
    assert index.bytes_of("stand-in-small") == small
    assert len(list(ours.folder.glob("sglang-*"))) == 1, "half an environment was left"


def test_killed_at_any_step_nothing_half_is_taken_for_good(
    ours: Installation, index: FakeIndex, tmp_path: Path
) -> None:
    for number in (1, 3, 5, 7):
        with once(ours.folder, tmp_path / "lockfiles") as program:
            assert program.stdout
            for count, _ in enumerate(program.stdout, start=1):
                if count == number:
                    break
            program.kill()
        if ours.state() == "ready":
            assert says(ours) == "sglang version: 0.5.23"
        else:
            assert ours.state() in ("missing", "partial")
            assert not ours.version()
    assert ours.install(silent, NEVER)
    assert says(ours) == "sglang version: 0.5.23"


def test_two_at_once(ours: Installation, index: FakeIndex, tmp_path: Path) -> None:
    index.stalled = "stand-in-big"
    with once(ours.folder, tmp_path / "lockfiles") as program:
        assert index.reached.wait(120)
        with pytest.raises(EngineError, match="Another program"):
            ours.install(silent, NEVER)
        with pytest.raises(EngineError, match="Another program"):
            ours.remove()
        index.go.set()
        program.communicate()
    assert program.returncode == 0
    assert ours.state() == "ready"


def test_a_damaged_file_is_fetched_again(installed: Installation, index: FakeIndex) -> None:
    data = of_environment(installed, "stand_in_big/data.bin")
    good = data.read_bytes()
    with data.open("r+b") as file:
        file.write(b"damaged")
    small = index.bytes_of("stand-in-small")
    assert installed.repair(silent, NEVER)
    assert of_environment(installed, "stand_in_big/data.bin").read_bytes() == good
    assert (installed.state(), says(installed)) == ("ready", "sglang version: 0.5.23")
    assert index.bytes_of("stand-in-small") == small


def test_lost_files_and_a_lost_interpreter(installed: Installation) -> None:
    of_environment(installed, "sglang/cli/main.py").unlink()
    assert installed.repair(silent, NEVER)
    assert says(installed) == "sglang version: 0.5.23"
    installed.python.unlink()
    assert installed.state() == "broken"
    with pytest.raises(EngineError):
        installed.command()
    assert installed.repair(silent, NEVER)
    assert says(installed) == "sglang version: 0.5.23"


def test_a_sound_environment_is_left_as_it_is(installed: Installation, index: FakeIndex) -> None:
    place, served = installed.python, sum(index.served.values())
    index.gone = True
    assert installed.repair(silent, NEVER)
    assert (installed.python, sum(index.served.values())) == (place, served)


def test_a_marker_that_cannot_be_read_is_none(installed: Installation) -> None:
    for content in ("", "[]", "{", '{"folder": "x"}'):
        (installed.folder / "current.json").write_text(content, encoding="utf-8")
        assert installed.state() == "partial"
    assert installed.install(silent, NEVER)
    assert says(installed) == "sglang version: 0.5.23"


def test_an_update_is_made_beside_the_old_one(
    installed: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newer = stand_ins("0.5.24")
    renewed = Installation(installed.folder, write_lockfile(tmp_path / "newer", newer))
    assert (renewed.state(), says(renewed)) == ("outdated", "sglang version: 0.5.23")
    with running(newer) as index:
        monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
        index.gone = True
        with pytest.raises(EngineError):
            renewed.install(silent, NEVER)
        assert says(renewed) == "sglang version: 0.5.23", "the old one is used until the new one is whole"
        index.gone = False
        assert renewed.install(silent, NEVER)
    assert (renewed.state(), says(renewed)) == ("ready", "sglang version: 0.5.24")
    assert len(list(renewed.folder.glob("sglang-*"))) == 1


def test_removed(installed: Installation) -> None:
    installed.remove()
    assert installed.state() == "missing"
    assert os.listdir(installed.folder) in ([], ["lock"])
    installed.remove()
    Installation(installed.folder / "never").remove()


def test_a_wrong_checksum(ours: Installation, index: FakeIndex, parts: dict[str, tuple[str, bytes]]) -> None:
    name = "stand_in_small-2.0-py3-none-any.whl"
    index.files[name] = wheel("stand-in-small", "2.0", {"stand_in_small.py": b"x = 'another'\n"})
    with pytest.raises(EngineError, match="checksum"):
        ours.install(silent, NEVER)
    assert ours.state() == "partial"
    index.files[name] = parts["stand-in-small"][1]
    assert ours.install(silent, NEVER)


def test_an_index_that_is_gone(ours: Installation, index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    index.gone = True
    with pytest.raises(EngineError, match="cannot be fetched") as caught:
        ours.install(silent, NEVER)
    assert "network" in caught.value.remedy
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    with pytest.raises(EngineError, match="cannot be fetched"):
        ours.install(silent, NEVER)
    assert ours.state() in ("missing", "partial")


def test_through_a_proxy(ours: Installation, index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = index.url.removesuffix("/simple")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://packages.example/simple")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert ours.install(silent, NEVER, proxy=proxy)
    assert index.proxied
    assert ours.state() == "ready"


def test_the_disk_is_looked_at_first(ours: Installation, index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_space, "free", lambda folder: 1_000_000)
    with pytest.raises(StorageFullError, match="more of the disk"):
        ours.install(silent, NEVER)
    assert not index.served


def test_a_disk_that_gets_full(index: FakeIndex, tmp_path: Path, parts: dict[str, tuple[str, bytes]]) -> None:
    """The lockfile names too small sizes; the disk fills up; with more room the installation resumes."""
    (tmp_path / "disk").mkdir()
    space, ingredients = mount_namespace(tmp_path / "disk"), write_lockfile(tmp_path / "lockfiles", parts, disk=1)
    program = (
        sys.executable,
        "-m",
        "tests.core.engine.installing.install_once",
        str(tmp_path / "disk"),
        str(ingredients),
    )
    done = on_small_disk(space, tmp_path / "disk", "2m", *program)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])[0] == "StorageFullError"
    assert on_small_disk(space, tmp_path / "disk", "200m", *program).returncode == 0


def test_a_folder_that_cannot_be_made(parts: dict[str, tuple[str, bytes]], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(EngineError, match="cannot be used"):
        Installation(tmp_path / "file" / "engine", write_lockfile(tmp_path / "lockfiles", parts)).install(silent, NEVER)


def test_a_processor_that_nothing_is_built_for(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="kind of processor"):
        Installation(tmp_path, tmp_path).install(silent, NEVER)


def test_a_system_too_old(ours: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "glibc_version", lambda: "2.31")
    with pytest.raises(EngineError, match=r"glibc 2\.34"):
        ours.install(silent, NEVER)


@pytest.mark.parametrize("processor", ["x86_64", "aarch64"])
def test_the_shipped_lockfile_is_complete(processor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: processor)
    shipped = lockfile.load()
    text = shipped.requirements.read_text(encoding="utf-8")
    pinned = dict(line.removesuffix(" \\").split("==") for line in text.splitlines() if "==" in line)
    assert pinned == {name: part.version for name, part in shipped.parts.items()}
    assert text.count("--hash=sha256:") >= len(pinned)
    assert "://" not in text
    assert pinned["sglang"] == shipped.version
    assert 3e9 < shipped.download < 6e9 < shipped.disk < 12e9
    assert shipped.headers


def test_without_its_own_installer_the_systems_is_used_else_one_sentence_asks_for_it(
    ours: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = uv.find_uv_bin()

    def missing() -> str:  # as in a bundle
        raise FileNotFoundError

    monkeypatch.setattr(uv, "find_uv_bin", missing)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="which is missing here"):
        ours.install(silent, NEVER)
    (tmp_path / "uv").symlink_to(system)
    assert program() == str(tmp_path / "uv")
