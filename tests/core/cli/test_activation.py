"""`findling serve` with a socket that systemd listens on, and what `findling doctor` says of the ways to Findling."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core import paths
from core.control_socket import SOCKET_NAME, ask, send_request
from tests.core.cli.conftest import run_command, started
from tests.waiting import wait_until

ACTIVATE = shutil.which("systemd-socket-activate")


@pytest.mark.slow
@pytest.mark.skipif(ACTIVATE is None, reason="needs systemd-socket-activate")
def test_a_socket_of_systemd_is_answered_kept_and_given_way_with(indexed_library: Path) -> None:
    place = indexed_library / SOCKET_NAME
    command = [str(ACTIVATE), "--listen", str(place), sys.executable, "-m", "core", "serve", "--wait"]
    command += ["--library", str(indexed_library)]
    with subprocess.Popen(command, cwd=paths.resources().parent, stderr=subprocess.DEVNULL) as process:
        wait_until(place.is_socket)
        try:
            wait_until(lambda: send_request(indexed_library, "resume") is not None)  # which starts it
            found = json.loads(ask(indexed_library, "GET", "search", {"q": "harbour"}))
            assert found["hits"][0]["title"] == "harbour.txt"
            assert send_request(indexed_library, "make_way") is not None
            wait_until(lambda: not place.exists())  # for a window, which listens there itself
        finally:
            process.terminate()
            process.wait()
    place.unlink(missing_ok=True)


@pytest.mark.slow
@pytest.mark.skipif(ACTIVATE is None, reason="needs systemd-socket-activate")
def test_one_that_ends_leaves_the_socket_to_systemd(indexed_library: Path) -> None:
    place = indexed_library / SOCKET_NAME
    command = [str(ACTIVATE), "--listen", str(place), sys.executable, "-m", "core", "serve"]
    command += ["--library", str(indexed_library)]
    with subprocess.Popen(command, cwd=paths.resources().parent, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(place.is_socket)
            wait_until(lambda: send_request(indexed_library, "quit") is not None)
            assert process.wait(60) == 0
        finally:
            process.terminate()
    assert place.is_socket()
    place.unlink()


def test_the_doctor_knows_the_ways_to_findling(
    indexed_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> dict[str, tuple[bool | None, str]]:
        code, out, _ = run_command(capsys, "doctor", "--json", "--library", indexed_library)
        assert code == 0
        return {each["name"]: (each["works"], each["sentence"]) for each in json.loads(out)["entrances"]}

    data, config = tmp_path / "data", tmp_path / "config"
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "nothing"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(config))
    assert said()["socket"] == (None, "Findling is not running, so each command opens the library again.")
    assert said()["unit"][0] is None
    assert "KRunner" not in said()

    units, runners, services = config / "systemd/user", data / "krunner/dbusplugins", data / "dbus-1/services"
    for folder in (units, runners, services):
        folder.mkdir(parents=True)
    assert said()["KRunner"] == (None, "KRunner does not know Findling.")
    for source, target in (("krunner.desktop", runners), ("SearchProvider.service", services)):
        (file,) = (paths.resources() / "desktop").glob(f"*{source}")
        shutil.copy(file, target)
    (service,) = services.iterdir()
    service.write_text(service.read_text().replace("/usr/bin/findling", "/nowhere/findling"))
    assert said()["KRunner"] == (False, "KRunner starts a program that does not exist: /nowhere/findling provider")
    service.write_text(service.read_text().replace("/nowhere/findling", sys.executable))
    assert said()["KRunner"] == (True, "KRunner can search in Findling.")

    unit = units / "findling.service"
    unit.write_text("[Service]\nExecStart=/nowhere/findling serve\n")
    assert said()["unit"] == (
        False,
        f"The service {unit} starts a program that does not exist: /nowhere/findling serve",
    )
    unit.write_text(f"[Service]\nExecStart={sys.executable} serve\n")
    assert said()["unit"] == (None, "The service of systemd is there, but does not start when you log in.")
    (units / "default.target.wants").mkdir()
    (units / "default.target.wants" / "findling.service").symlink_to(unit)
    assert said()["unit"] == (True, "The service of systemd starts when you log in.")

    with started("serve", "--library", indexed_library) as process:
        wait_until(lambda: send_request(indexed_library, "resume") is not None)
        code, out, _ = run_command(capsys, "doctor", "--library", indexed_library)
        assert (code, "A running Findling answers other programs." in out) == (0, True)
        process.terminate()
        process.wait()
