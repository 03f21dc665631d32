"""A reader that a document has taken over: every attack is refused, and nothing outside has changed."""

from __future__ import annotations

import os
import platform
import signal
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from core.processes.sandbox import available
from tests.core.extract_workers.hostile_world import (
    SECRETS,
    HostileWorld,
    read,
    reader_of,
    readers,
    report,
)
from tests.fakes.hostile_reader.__main__ import ATTACKS
from tests.fakes.hostile_reader.kernel import FATAL

TRIED = [name for name in ATTACKS if name not in FATAL]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not available().is_complete, reason="this kernel cannot confine a process"),
]

# Attacks that an ordinary process of the same user may make: what shows that the reader really tries.
POSSIBLE = (
    "the ssh key", "the catalogue", "the engine's key", "the password file", "a neighbouring document",
    "a secret by openat2", "a secret after chdir", "a secret by mapping it", "the root folder", "the list of processes",
    "change the mode of a file", "truncate a file", "rename a file", "create a file", "make a symbolic link",
    "change the mode of the document", "connect by TCP", "send by UDP", "ask for a name by DNS",
    "connect to the control socket", "connect to an abstract socket", "listen", "pass the document on", "run a shell",
    "run a program", "fork by a raw call", "leave a process behind", "signal the parent", "kill another process",
    "make a file in memory", "outlive the parent",
)  # fmt: skip


@dataclass(frozen=True)
class Attacked:
    """What one reader said and did, and the world before and after."""

    said: dict[str, str]
    text: str
    before: dict[str, object]
    after: dict[str, object]
    facts_before: dict[str, object]
    facts_after: dict[str, object]
    next_text: str


def facts(process: psutil.Process) -> dict[str, object]:
    """A reader's rights and limits, from outside."""
    status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    named = dict(line.split(":\t", 1) for line in status if ":\t" in line)
    limits = [process.rlimit(which) for which in (psutil.RLIMIT_FSIZE, psutil.RLIMIT_NOFILE, psutil.RLIMIT_DATA)]
    kept = ("Uid", "Gid", "CapEff", "CapPrm", "Seccomp", "Seccomp_filters", "NoNewPrivs", "TracerPid")
    return {name: named.get(name) for name in kept} | {
        "pid": process.pid, "nice": process.nice(), "io": process.ionice().ioclass, "limits": limits,
        "root": os.readlink(f"/proc/{process.pid}/root"), "children": process.children(),
        "namespaces": [os.readlink(f"/proc/{process.pid}/ns/{name}") for name in ("user", "mnt", "net", "pid")],
    }  # fmt: skip


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    with pytest.MonkeyPatch.context() as patch:
        world = HostileWorld(tmp_path_factory.mktemp("hostile"))
        patch.setenv("HOME", str(world.folder / "home"))
        patch.setenv("OPENAI_API_KEY", SECRETS[3])
        with world.stack, reader_of() as (pool, results):
            (world.folder / "documents" / "first.txt").write_text("A quiet document.")
            order = world.order()
            read(pool, results, world.folder / "documents" / "first.txt")
            [reader] = readers()
            before, facts_before = world.state(), facts(reader)
            result = read(pool, results, order)
            after, facts_after = world.state(), facts(reader)
            following = read(pool, results, world.folder / "documents" / "first.txt")
            assert result.document is not None, result.problem
            assert following.document is not None, following.problem
    text = result.document.text
    return Attacked(report(result), text, before, after, facts_before, facts_after, following.document.text)


def test_there_are_many_attacks(attacked: Attacked) -> None:
    assert len(TRIED) > 100
    assert set(TRIED) < set(attacked.said)


@pytest.mark.parametrize("attack", TRIED)
def test_an_attack_is_refused(attacked: Attacked, attack: str) -> None:
    assert "refused" in attacked.said[attack]


@pytest.mark.parametrize(
    "what",
    [
        "files",
        "mounts",
        "name",
        "memory",
        "ipc",
        "signals",
        "connections",
        "victim",
        "tracers",
        "left behind",
        "parent",
    ],
)
def test_nothing_has_changed(attacked: Attacked, what: str) -> None:
    assert attacked.after[what] == attacked.before[what]


def test_no_secret_is_in_what_the_reader_says(attacked: Attacked) -> None:
    assert not [secret for secret in (*SECRETS, "root:") if secret in attacked.text]


def test_nothing_came_through_a_socket_and_nobody_was_signalled(attacked: Attacked) -> None:
    assert attacked.after["connections"] == [False] * 4
    assert attacked.after["signals"] == []
    assert attacked.after["victim"] is None
    assert attacked.after["left behind"] == []


def test_the_reader_has_kept_its_limits_and_gained_no_right(attacked: Attacked) -> None:
    assert attacked.facts_after == attacked.facts_before
    assert (attacked.facts_after["Seccomp"], attacked.facts_after["NoNewPrivs"]) == ("2", "1")


def test_it_had_no_descriptors_but_its_own(attacked: Attacked) -> None:
    """Its three streams, the channel, the pipe to the parent, and the document."""
    assert len(attacked.said["descriptors"].split(",")) == 6


def test_the_next_document_is_read(attacked: Attacked) -> None:
    assert attacked.next_text == "A quiet document."


def test_the_same_attacks_succeed_without_confinement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = HostileWorld(tmp_path)
    monkeypatch.setenv("HOME", str(world.folder / "home"))
    with world.stack, reader_of("unconfined") as (pool, results):
        result = read(pool, results, world.order(*POSSIBLE))
        said = report(result)
        assert [name for name in POSSIBLE if "refused" in said[name]] == []
        state = world.state()
    assert state["connections"] == [True] * 4
    assert state["signals"] == [signal.SIGUSR1]
    assert state["left behind"]
    assert SECRETS[0] in said["the ssh key"]
    assert (tmp_path / "documents" / "shell").exists()


@pytest.mark.skipif(platform.machine() != "x86_64", reason="other processors have no such calls")
def test_calls_that_the_filter_cannot_read_end_the_reader_and_nothing_else(tmp_path: Path) -> None:
    world = HostileWorld(tmp_path)
    (tmp_path / "documents" / "a.txt").write_text("A quiet document.")
    with world.stack, reader_of() as (pool, results):
        result = read(pool, results, world.order(*FATAL))
        assert result.problem is not None
        assert result.problem[0] == "crashed"
        following = read(pool, results, tmp_path / "documents" / "a.txt")
        assert following.document is not None
