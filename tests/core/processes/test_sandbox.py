"""A process that has confined itself, and what it can no longer do; the hostile reader tries much more."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from core.processes import channel
from core.processes.child import ChildProcess
from core.processes.sandbox import SandboxSupport, available, python_libraries

pytestmark = pytest.mark.skipif(not available().is_complete, reason="this kernel cannot confine a process")

PREPARE = """
import os, socket, sys, threading
from core.processes.channel import receive
from core.processes.sandbox import confine
requests = socket.socket(fileno=os.dup(0))
def attempt(what):
    try:
        return what()
    except OSError as error:
        return type(error).__name__
"""


def answers(script: str, *arguments: str, descriptor: int | None = None, data: bytes = b"") -> list[str]:
    """The lines that a child prints, which gets `data` and `descriptor` over its channel."""
    process = ChildProcess(
        [sys.executable, "-c", PREPARE + script, *arguments],
        environment=os.environ,
        folder=os.path.sep,
        merge_stderr=True,
        with_channel=True,
    )
    try:
        if data:
            channel.send(process.channel, data, descriptor)
        with process.stdout as stdout:
            said = b""
            while piece := stdout.read(65536):
                said += piece
        assert process.wait() == 0, said.decode()
    finally:
        process.end(0.0)
        process.close()
    return said.decode().splitlines()


def test_what_it_may_read_is_read_and_nothing_else(tmp_path: Path) -> None:
    for folder in ("named", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder)
    script = """
confine([sys.argv[1]])
print(attempt(lambda: open(sys.argv[1] + "/a.txt").read()))
print(attempt(lambda: open(sys.argv[2] + "/a.txt").read()))
print(attempt(lambda: os.listdir(sys.argv[2])))
print(attempt(lambda: open(sys.argv[1] + "/a.txt", "a")))
print(attempt(lambda: open(sys.argv[1] + "/b.txt", "x")))
"""
    refused = "PermissionError"
    assert answers(script, str(tmp_path / "named"), str(tmp_path / "other")) == ["named", *[refused] * 4]
    assert [path.name for path in (tmp_path / "named").iterdir()] == ["a.txt"]


def test_a_descriptor_that_is_handed_over_is_read_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("handed over")
    script = """
confine()
data, descriptor = receive(requests, 4)
print(data, os.read(descriptor, 100), receive(requests, 2))
print(attempt(lambda: os.write(descriptor, b"x")))
print(attempt(lambda: os.ftruncate(descriptor, 0)))
print(attempt(lambda: open(f"/proc/self/fd/{descriptor}", "w")))
"""
    with path.open("rb") as file:
        said = answers(script, descriptor=file.fileno(), data=b"readme")
    assert said == ["b'read' b'handed over' (b'me', None)", "OSError", "PermissionError", "PermissionError"]
    assert path.read_text() == "handed over"


def test_libraries_are_imported_and_threads_are_started_after_it() -> None:
    script = """
confine()
import lxml.etree, pypdfium2
thread = threading.Thread(target=print, args=["threaded"])
thread.start()
thread.join()
print(lxml.etree.fromstring("<a>parsed</a>").text)
"""
    assert answers(script) == ["threaded", "parsed"]


def test_sockets_processes_signals_and_rights_are_refused() -> None:
    script = """
confine()
for what in (
    socket.socket, os.fork, lambda: os.posix_spawn("/bin/true", ["true"], {}), lambda: os.execv("/bin/true", ["true"]),
    lambda: os.kill(os.getppid(), 0), lambda: os.setuid(0), lambda: os.nice(-1), lambda: os.chmod("/tmp", 0o777),
):
    print(attempt(what))
"""
    assert answers(script) == ["PermissionError"] * 8


def test_a_program_that_already_has_threads_is_not_half_confined() -> None:
    script = """
wait, refused = threading.Event(), []
thread = threading.Thread(target=lambda: (wait.wait(), refused.append(attempt(lambda: open("/etc/passwd")))))
thread.start()
try:
    confine()
except RuntimeError as error:
    refused.append("PermissionError")
wait.set()
thread.join()
print(refused[0])
"""
    assert answers(script) == ["PermissionError"]


def test_support_is_complete_only_with_both() -> None:
    assert SandboxSupport(1, seccomp=True).is_complete
    assert not SandboxSupport(0, seccomp=True).is_complete
    assert not SandboxSupport(7, seccomp=False).is_complete


def test_home_and_the_root_are_no_libraries() -> None:
    assert not {os.path.sep, os.path.expanduser("~"), "/usr", "/etc"} & set(python_libraries())
