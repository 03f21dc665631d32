"""Commands while another program has the library open: the same output, at once; and when that program fails."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import paths
from core.cli.main import parser
from core.cli.serve import run_serve
from core.control_socket import SOCKET_NAME, ControlSocket, client, send_request
from core.errors import LibraryLockedError
from core.library import Library
from core.library.engines import sharing
from tests.core.api.conftest import answering
from tests.core.cli.conftest import HOSTILE_NAME, run_command, started
from tests.waiting import wait_until

HEAVY = {
    "core.document", "core.library", "core.search", "core.settings", "dataclasses", "datetime", "http.client",
    "inspect", "msgspec", "numpy", "starlette", "uvicorn",
}  # fmt: skip

LONG_NUMBER = re.compile(r"\d\.\d{5}\d*")  # a score, which depends on the order of additions in its last digits


@pytest.fixture
def resident(indexed_library: Path) -> Iterator[Path]:
    with answering(indexed_library):
        yield indexed_library


def asked(root: Path) -> list[tuple[str | Path, ...]]:
    docs = root.parent / "docs"
    return [
        ("search", "harbour winter"),
        ("search", "harbour winter", "--json"),
        ("search", "har* type:text", "--explain"),
        ("search", "lighthouse type:pdf"),  # finds nothing: a filter is in the way
        ("search", "size:>1"),
        ("why", docs / HOSTILE_NAME, "--query", "soup"),
        ("why", docs / "broken.pdf", "--json"),
        ("problems",),
        ("problems", "--json"),
        ("status",),
    ]


def test_the_output_is_the_same(resident: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def output(command: tuple[str | Path, ...]) -> tuple[int, str, str]:
        code, out, err = run_command(capsys, *command, "--library", resident)
        return code, LONG_NUMBER.sub(lambda found: found[0][:7], out), err

    by_resident = {command: output(command) for command in asked(resident)}
    moved = resident / SOCKET_NAME
    moved.rename(resident / "elsewhere")  # nobody answers
    try:
        for command in asked(resident):
            assert output(command) == by_resident[command], command
    finally:
        (resident / "elsewhere").rename(moved)
    assert {code for code, _, _ in by_resident.values()} == {0, 1}


def test_nothing_heavy_is_imported(resident: Path) -> None:
    code = f"""
import json, sys
from gui.__main__ import main
code = main(["search", "harbour", "--library", {str(resident)!r}])
print(json.dumps([code, sorted(sys.modules)]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=paths.resources().parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    ended, modules = json.loads(done.stdout.splitlines()[-1])
    assert ended == 0
    assert " 1. harbour.txt" in done.stdout
    assert HEAVY & set(modules) == set()


def test_a_refusal_is_one_sentence(resident: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(capsys, "search", "--batch", "/nowhere", "--library", resident)[0] == 3
    (resident.parent / "queries.jsonl").write_text('{"_id": "1", "text": "harbour"}\n')
    code, out, _ = run_command(capsys, "search", "--batch", resident.parent / "queries.jsonl", "--library", resident)
    assert code == 0
    assert json.loads(out)["hits"][0]["path"].endswith("harbour.txt")


@pytest.mark.slow
def test_one_that_is_stopped_killed_or_replaced_keeps_nobody_waiting(
    indexed_library: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, search = indexed_library, ("search", "harbour", "--library", indexed_library)
    with started("serve", "--library", root) as first:
        wait_until(lambda: send_request(root, "resume") is not None)
        assert run_command(capsys, *search) == (0, run_command(capsys, *search)[1], "")
        with started("serve", "--wait", "--library", root) as second:
            first.send_signal(signal.SIGSTOP)
            with monkeypatch.context() as patch:
                patch.setattr(client, "ALIVE_SECONDS", 0.3)
                patch.setattr(client, "REQUEST_TIMEOUT", 0.3)
                patch.setattr(sharing, "ANSWER_TIMEOUT", 0.3)
                code, out, err = run_command(capsys, *search)
                told = run_command(capsys, "toggle", "--library", root)
            assert (code, " 1. harbour.txt" in out) == (0, True)
            assert err == "findling: Findling is running, but does not answer; your library is opened beside it.\n"
            sentence = "Findling is running, but does not answer. End it and start it again."
            assert told == (3, "", f"findling: {sentence}\n")
            first.kill()
            code, out, err = run_command(capsys, *search)
            assert (code, " 1. harbour.txt" in out, err) == (0, True, "")
            wait_until(lambda: send_request(root, "resume") is not None)  # the second one took its place
            assert run_command(capsys, *search)[0] == 0
            assert run_command(capsys, "quit", "--library", root)[0] == 0
            assert second.wait(timeout=60) == 0


def test_it_can_be_ended_as_soon_as_it_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known: set[str] = set()

    def opened(root: Path, *, control: ControlSocket, **_more: object) -> Library:
        known.update(each.path for each in control.operations.values())
        raise LibraryLockedError("library.locked", folder=root)

    monkeypatch.setattr(Library, "open", opened)
    with pytest.raises(LibraryLockedError):
        run_serve(parser().parse_args(["serve", "--library", str(tmp_path)]))
    assert {"quit", "make_way"} <= known


def test_one_of_another_version_is_told(
    indexed_library: Path, capsys: pytest.CaptureFixture[str], answering_line: Callable[[Path], threading.Thread]
) -> None:
    old = answering_line(indexed_library)
    code, out, err = run_command(capsys, "search", "harbour", "--library", indexed_library)
    old.join()
    assert (code, " 1. harbour.txt" in out) == (0, True)
    assert err.startswith("findling: The running Findling is version unknown, this command is version ")


@pytest.fixture
def answering_line() -> Callable[[Path], threading.Thread]:
    """Starts what answers as Findling did before it had an API: one line of JSON."""

    def start(root: Path) -> threading.Thread:
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(root / SOCKET_NAME))
        server.listen()

        def answer() -> None:
            with server:
                for _ in range(2):  # the search, and the engine that the opened library would share
                    peer, _ = server.accept()
                    with peer, peer.makefile("rb") as lines:
                        lines.readline()
                        peer.sendall(b'{"error": "unknown request"}\n')
            (root / SOCKET_NAME).unlink()

        thread = threading.Thread(target=answer)
        thread.start()
        return thread

    return start


def test_a_unit_for_systemd_starts_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run_command(capsys, "serve", "--unit", "--library", tmp_path / "my 100% library")
    assert (code, err) == (0, "")
    unit = tmp_path / "findling.service"
    unit.write_text(out)
    assert f'serve --wait --library "{tmp_path}/my 100%% library"\n' in out
    if shutil.which("systemd-analyze"):
        told = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
        assert "findling.service" not in told.stderr
