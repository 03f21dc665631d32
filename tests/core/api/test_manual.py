"""The requests that the manual shows, as they stand there but for the document's path."""

from __future__ import annotations

import json
import os
import pwd
import shlex
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from core import paths
from core.cli.main import main
from core.library import Library
from core.settings import save
from tests.builders.large_trees import without_engine
from tests.waiting import wait_until

MANUAL = (paths.resources() / "help" / "en" / "other-programs.md").read_text(encoding="utf-8")
REQUESTS = [line for line in MANUAL.splitlines() if line.startswith("curl --unix-socket")]


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_requests_of_the_manual_are_answered(resident: Library) -> None:
    path = resident.root.parent / "docs" / "harbour.txt"
    assert len(REQUESTS) == 4
    for shown in REQUESTS:
        request = shown.replace("/home/me/lease.pdf&page=2", str(path)).replace("curl ", "exec curl -s -S ", 1)
        with subprocess.Popen(
            ["sh", "-c", request], cwd=resident.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as asking:
            if "progress" in request:
                assert asking.stdout is not None
                assert json.loads(asking.stdout.readline().removeprefix("data: "))["words"]["done"] == 3
                assert asking.poll() is None  # a stream goes on until it is ended
                asking.terminate()
            else:
                answer, said = asking.communicate()
                assert (asking.returncode, said) == (0, ""), request
                assert "error" not in json.loads(answer), request
    resident.indexing.resume()


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="needs curl and openssl")
def test_another_computer_reads_as_the_manual_shows(root: Path, tmp_path: Path) -> None:
    (certificate,) = (line for line in MANUAL.splitlines() if line.startswith("openssl "))
    (serve,) = (line for line in MANUAL.splitlines() if line.startswith("findling serve --listen") and "token" in line)
    (request,) = (line for line in MANUAL.splitlines() if line.startswith("curl --cacert"))
    subprocess.run(shlex.split(certificate), cwd=tmp_path, check=True, capture_output=True)
    command = [sys.executable, "-m", "core", *shlex.split(serve.replace(":8443", ":0"))[1:], "--library", str(root)]
    environment = os.environ | {"PYTHONPATH": str(paths.resources().parent)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            said = next(line for line in process.stderr if "https://" in line)
            port = said.rpartition(":")[2].strip().rstrip(".")
            asked = request.replace(":8443", f":{port}").replace("q=lease", "q=harbour").replace("curl ", "curl -s ", 1)
            done = subprocess.run(["sh", "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True)
        finally:
            process.terminate()
            process.communicate()
    assert json.loads(done.stdout)["hits"][0]["title"] == "harbour.txt"


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl for a certificate")
def test_several_people_ask_as_the_manual_shows(capsys: pytest.CaptureFixture[str]) -> None:
    """Two users of this system, of whom one may not read a file of the other's."""
    (certificate,) = (line for line in MANUAL.splitlines() if line.startswith("openssl "))
    (add,) = (line for line in MANUAL.splitlines() if "--add-user" in line)
    (serve,) = (
        line for line in MANUAL.splitlines() if line.startswith("findling serve --listen") and "--users" in line
    )
    mine, other = pwd.getpwuid(os.getuid()).pw_name, "nobody"
    with tempfile.TemporaryDirectory(
        prefix="people-"
    ) as place:  # others can reach it, which a test's own folder is not
        root, docs = Path(place), Path(place) / "docs"
        docs.mkdir()
        for folder in (root, docs):
            folder.chmod(0o755)
        for name, mode in (("open", 0o644), ("closed", 0o600)):
            (docs / f"{name}.txt").write_text(f"The harbour is {name}.")
            (docs / f"{name}.txt").chmod(mode)
        (root / "library").mkdir()
        save(without_engine(), root / "library" / paths.SETTINGS_NAME)
        assert main(["index", "--until", "words", str(docs), "--library", str(root / "library")]) == 0
        subprocess.run(shlex.split(certificate), cwd=root, check=True, capture_output=True)
        capsys.readouterr()
        tokens = {}
        for name in (mine, other):
            assert (
                main([*shlex.split(add.replace("users users", f"users {root / 'users'}").replace("ann", name))[1:]])
                == 0
            )
            tokens[name] = capsys.readouterr().out.strip()
        assert (root / "users").stat().st_mode & 0o777 == 0o600
        assert not any(token in (root / "users").read_text() for token in tokens.values())
        command = [sys.executable, "-m", "core", *shlex.split(serve.replace(":8443", ":0"))[1:]]
        environment = os.environ | {"PYTHONPATH": str(paths.resources().parent)}
        with subprocess.Popen(
            [*command, "--library", str(root / "library")], cwd=root, env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            try:
                said = next(line for line in process.stderr if "https://" in line)
                port = said.rpartition(":")[2].strip().rstrip(".")
                context = ssl.create_default_context(cafile=root / "certificate.pem")

                def found(name: str) -> list[str]:
                    """The titles of what somebody finds; of whoever has no token any more, why he is not answered."""
                    request = urllib.request.Request(
                        f"https://localhost:{port}/v1/search?q=harbour",
                        None,
                        {"Authorization": f"Bearer {tokens[name]}"},
                    )
                    try:
                        with urllib.request.urlopen(request, context=context) as answer:
                            return sorted(hit["title"] for hit in json.load(answer)["hits"])
                    except urllib.error.HTTPError as error:
                        with error:
                            return [str(error.code)]

                wait_until(lambda: found(mine) == ["closed.txt", "open.txt"])
                assert found(other) == ["open.txt"]
                (docs / "open.txt").chmod(0o600)
                assert found(other) == []
                lines = (root / "users").read_text().splitlines()
                (root / "users").write_text("\n".join(line for line in lines if not line.startswith(other)))
                assert found(other) == ["401"]
                assert found(mine) == ["closed.txt", "open.txt"]
            finally:
                process.terminate()
                process.communicate()


def lines_of(page: str) -> list[str]:
    """The commands that a page of the manual shows."""
    text = (paths.resources() / "help" / "en" / page).read_text(encoding="utf-8")
    return [line for block in text.split("```sh\n")[1:] for line in block.partition("```")[0].splitlines()]


def test_every_command_of_the_manual_is_run_by_a_test() -> None:
    run = {*REQUESTS, *SERVICE, "cd ~/.local/share/findling/library"}
    run |= {line for line in MANUAL.splitlines() if line.startswith(("openssl ", "findling serve --", "curl --ca"))}
    assert set(lines_of("other-programs.md")) == run
    # In the real window: tests/gui/app/test_links.py.
    assert all(line.startswith("findling open ") for line in lines_of("desktop.md"))


SERVICE = [line for line in lines_of("other-programs.md") if "systemd" in line or line.startswith("systemctl ")]


@pytest.mark.skipif(shutil.which("systemctl") is None, reason="needs systemctl")
def test_the_service_of_the_manual_is_set_up(tmp_path: Path) -> None:
    """All but `--now`: it asks the user's systemd, which runs only where systemd has started the machine."""
    program = tmp_path / "bin" / "findling"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m core "$@"\n')
    program.chmod(0o700)
    path = f"{program.parent}:{os.environ['PATH']}"
    home = {"HOME": str(tmp_path), "PATH": path, "PYTHONPATH": str(paths.resources().parent)}
    assert [line.split()[0] for line in SERVICE] == ["mkdir", "findling", "systemctl"]
    for line in SERVICE:
        subprocess.run(["sh", "-c", line.replace(" --now", "")], env=home, check=True, capture_output=True)
    units = tmp_path / ".config" / "systemd" / "user"
    assert (units / "default.target.wants" / "findling.service").resolve() == units / "findling.service"
    if shutil.which("systemd-analyze"):
        command = ["systemd-analyze", "verify", units / "findling.service"]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "findling.service" not in told.stderr


def test_the_socket_of_the_manual_is_one_of_the_package() -> None:
    assert "`systemctl --user enable --now findling.socket`" in MANUAL  # started for real: core/cli/test_activation.py
    assert (paths.resources() / "desktop" / "findling.socket").is_file()
