"""The provider on a session bus of its own, started by the bus, and asked as GNOME Shell and KRunner ask.

The interfaces are the shells' own files: of gnome-shell-common 43.9 and libkf5runner5 5.103 in Debian.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from core import paths
from core.cli.main import main
from core.control_socket import SOCKET_NAME
from core.desktop_search import gnome, krunner, provider
from core.desktop_search.matches import match_of
from core.links import Link, parse_link
from tests.builders.desktop import wait_until
from tests.core.api.conftest import answering
from tests.core.cli.conftest import HOSTILE_NAME, library_with_settings, write_documents
from tests.core.engine.conftest import fake

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="there is no bus without dbus-daemon")
INTERFACES = Path(__file__).parent / "interfaces"
RESOURCES = paths.resources() / "desktop"
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><servicedir>{folder}/services</servicedir>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow receive_sender="*"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>"""
# `findling`, whose `open` only tells what it is to open.
FINDLING = """#!/bin/sh
if [ "$1" = open ]; then
    printf '%s\\n' "$2" "$XDG_ACTIVATION_TOKEN$DESKTOP_STARTUP_ID" >> "$FINDLING_OPENED.part"
    mv "$FINDLING_OPENED.part" "$FINDLING_OPENED"
else
    exec {python} -c '{code}' "$@"
fi
"""
# The provider, with another time after which a program that says nothing must show that it is alive.
CODE = """
from core.cli.main import main
from core.control_socket import client
client.ALIVE_SECONDS = {alive}
main()
"""


class Desktop:
    """A session bus that starts the provider by the service file of the package."""

    def __init__(self, folder: Path, root: Path, alive: float = 0.5) -> None:
        self.root, self.opened = root, folder / "opened"
        services = folder / "services"
        services.mkdir(parents=True)
        command = folder / "findling"
        command.write_text(FINDLING.format(python=sys.executable, code=CODE.format(alive=alive)))
        command.chmod(0o700)
        name = "org.findling.Findling.SearchProvider.service"
        service = (RESOURCES / name).read_text(encoding="utf-8").replace("/usr/bin/findling", str(command))
        (services / name).write_text("\n".join(line for line in service.splitlines() if "Systemd" not in line))
        (folder / "bus.conf").write_text(CONFIG.format(folder=folder))
        environment = os.environ | {
            "FINDLING_LIBRARY": str(root),
            "FINDLING_OPENED": str(self.opened),
            "PATH": f"{folder}:{os.environ['PATH']}",
            "PYTHONPATH": str(paths.resources().parent),
        }
        command_line = ["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address=1"]
        self.daemon = subprocess.Popen(command_line, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.daemon.stdout is not None
        self.address = self.daemon.stdout.readline().strip()

    def call(self, interface: str, path: str, member: str, signature: str = "", *body: Any) -> Any:
        """The value that a method returns."""

        async def asked(bus: MessageBus) -> Any:
            message = Message(provider.BUS_NAME, path, interface, member, signature=signature, body=list(body))
            reply = await bus.call(message)
            assert reply is not None
            assert reply.message_type == MessageType.METHOD_RETURN, reply.body
            return reply.body[0] if reply.body else None

        return self.run(asked)

    def gnome(self, member: str, signature: str, *body: Any) -> Any:
        return self.call(gnome.NAME, gnome.PATH, member, signature, *body)

    def krunner(self, member: str, signature: str = "", *body: Any) -> Any:
        return self.call(krunner.NAME, krunner.PATH, member, signature, *body)

    def run(self, asked: Any) -> Any:
        async def connected() -> Any:
            bus = await MessageBus(self.address).connect()
            try:
                return await asyncio.wait_for(asked(bus), 120)
            finally:
                bus.disconnect()

        return asyncio.run(connected())

    def process(self) -> int:
        """The process id of the provider."""

        async def asked(bus: MessageBus) -> int:
            name, path = "org.freedesktop.DBus", "/org/freedesktop/DBus"
            message = Message(name, path, name, "GetConnectionUnixProcessID", signature="s", body=[provider.BUS_NAME])
            reply = await bus.call(message)
            assert reply is not None
            return int(reply.body[0])

        number: int = self.run(asked)
        return number

    def opened_link(self) -> tuple[Link, str]:
        """What `findling open` was told, and the shell's leave to raise the window."""
        wait_until(self.opened.exists, "findling open")
        link, token = self.opened.read_text().splitlines()
        self.opened.unlink()
        return parse_link(link), token

    def close(self) -> None:
        self.daemon.terminate()  # the provider ends with its bus
        self.daemon.wait()
        assert self.daemon.stdout is not None
        self.daemon.stdout.close()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("indexed")
    with fake() as engine:
        library = library_with_settings(folder / "library", engine)
        assert main(["index", str(write_documents(folder / "docs")), "--library", str(library)]) == 0
        yield library


@pytest.fixture(scope="module")
def desktop(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    with closing(Desktop(tmp_path_factory.mktemp("bus"), root)) as started:
        yield started


def methods(text: str, name: str) -> dict[str, tuple[str, str]]:
    """(types in, types out) of each method of an interface."""
    (interface,) = (each for each in ET.fromstring(text).iter("interface") if each.get("name") == name)
    found = {}
    for method in interface.iter("method"):
        ways = {"in": "", "out": ""}
        for argument in method.iter("arg"):
            ways[argument.get("direction", "in")] += argument.get("type", "")
        found[method.get("name", "")] = (ways["in"], ways["out"])
    return found


def test_the_interfaces_are_those_of_the_shells(desktop: Desktop) -> None:
    for name, path, file in (
        (gnome.NAME, gnome.PATH, "org.gnome.ShellSearchProvider2.xml"),
        (krunner.NAME, krunner.PATH, "kf5_org.kde.krunner1.xml"),
    ):
        described = desktop.call("org.freedesktop.DBus.Introspectable", path, "Introspect")
        expected = methods((INTERFACES / file).read_text(encoding="utf-8"), name)
        if "Config" in expected:
            expected["Config"] = ("", "a{sv}")  # the file forgets the array; a bare entry is no type
        offered = methods(described, name)
        assert {member: offered.get(member) for member in expected} == expected


def test_a_passage_repeats_no_title_and_fits_the_line_of_krunner() -> None:
    hit = {"path": "/docs/trip.md", "member": None, "passages": [], "page": None, "band": "strong", "kind": "text"}
    hit |= {"title": "Lisbon", "snippet": "# Lisbon\n\n**Getting there.** " + "A flight from the airport. " * 20}
    match = match_of(hit, "lisbon", 0)
    assert match.description().startswith("/docs · Getting there.** A flight from the airport. A flight")
    assert match.description(30) == "/docs · Getting there.** A flight…"
    assert match_of({**hit, "snippet": ""}, "lisbon", 0).description() == "/docs"


def test_the_files_name_what_is_offered() -> None:
    ini = (RESOURCES / "org.findling.Findling-search-provider.ini").read_text(encoding="utf-8").splitlines()
    assert {f"BusName={provider.BUS_NAME}", f"ObjectPath={gnome.PATH}", "Version=2"} <= set(ini)
    assert "DesktopId=org.findling.Findling.desktop" in ini
    runner = (RESOURCES / "org.findling.Findling-krunner.desktop").read_text(encoding="utf-8").splitlines()
    assert {
        f"X-Plasma-DBusRunner-Service={provider.BUS_NAME}",
        f"X-Plasma-DBusRunner-Path={krunner.PATH}",
        f"X-Plasma-Runner-Min-Letter-Count={krunner.RUNNER_MIN_LETTERS}",
    } <= set(runner)
    unit = (RESOURCES / "findling-provider.service").read_text(encoding="utf-8")
    assert f"BusName={provider.BUS_NAME}\n" in unit


@pytest.mark.slow
def test_both_shells_find_open_and_search(desktop: Desktop) -> None:
    harbour = str(desktop.root.parent / "docs" / "harbour.txt")
    with answering(desktop.root):
        first, *_ = results = desktop.gnome("GetInitialResultSet", "as", ["harbour", "winter"])
        (meta,) = desktop.gnome("GetResultMetas", "as", [first])
        assert meta["id"].value == first
        assert meta["name"].value == "harbour.txt"
        assert "The harbour is closed in winter." in meta["description"].value
        assert meta["icon"] == Variant("(sv)", ("themed", Variant("as", ["text-x-generic"])))
        assert desktop.gnome("GetSubsearchResultSet", "asas", results, ["harbour", "winter", "clos"]) != []
        assert desktop.gnome("GetInitialResultSet", "as", ["h"]) == []

        desktop.gnome("ActivateResult", "sasu", first, ["harbour", "winter"], 77)
        link, token = desktop.opened_link()
        assert (link.action, link.path, link.query, token) == ("open", harbour, "harbour winter", "findling_TIME77")
        desktop.gnome("LaunchSearch", "asu", ["harbour", "&c"], 0)
        assert desktop.opened_link() == (Link("search", query="harbour &c"), "")

        ((match_id, title, icon, kind, relevance, facts), *_) = desktop.krunner("Match", "s", "harbour")
        assert (parse_link(match_id).path, title, icon, kind) == (harbour, "harbour.txt", "text-x-generic", 30)
        assert 0 < relevance <= 1
        assert "harbour" in facts["subtext"].value
        assert facts["actions"].value == [action[0] for action in desktop.krunner("Actions")]
        desktop.krunner("SetActivationToken", "s", "a-token")
        desktop.krunner("Run", "ss", match_id, "similar")
        assert desktop.opened_link() == (Link("similar", harbour), "a-token")
        ((match_id, *_), *_) = desktop.krunner("Match", "s", "lighthouse soup")
        assert os.path.basename(parse_link(match_id).path) == HOSTILE_NAME
        desktop.krunner("Teardown")
        (meta,) = desktop.gnome("GetResultMetas", "as", [match_id, "no link"])  # of another process
        assert "\n" not in meta["name"].value


@pytest.mark.slow
def test_one_that_ended_or_hangs_is_answered_for_by_names_and_words(desktop: Desktop) -> None:
    def found(text: str) -> list[str]:
        return [os.path.basename(parse_link(each[0]).path) for each in desktop.krunner("Match", "s", text)]

    assert found("boats come back")[0] == "harbour.txt"  # nobody has the library open
    before = desktop.process()
    with answering(desktop.root):
        assert found("harbour")[0] == "harbour.txt"
    assert found("harbour")[0] == "harbour.txt"
    os.kill(before, signal.SIGTERM)
    wait_until(lambda: not Path(f"/proc/{before}").exists(), "the provider's end")
    held = _hanging(desktop.root)
    try:
        assert found("harbour")[0] == "harbour.txt"  # a new process, and one at the socket that says nothing
        assert desktop.process() != before
    finally:
        held.close()
        (desktop.root / SOCKET_NAME).unlink()


@pytest.mark.slow
def test_while_a_program_is_just_starting_names_and_words_are_found(root: Path, tmp_path: Path) -> None:
    listening = _hanging(root)  # as systemd does for a service that is not there yet
    try:
        with closing(Desktop(tmp_path, root, alive=600)) as desktop:
            (first, *_) = desktop.gnome("GetInitialResultSet", "as", ["harbour"])
            assert os.path.basename(parse_link(first).path) == "harbour.txt"
    finally:
        listening.close()
        (root / SOCKET_NAME).unlink()


def _hanging(root: Path) -> Any:
    """A socket at the library's place whose connections nobody answers."""
    import socket

    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(root / SOCKET_NAME))
    listening.listen()
    return listening


@pytest.mark.slow
def test_it_ends_when_nobody_asks(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.address)
    asked: Coroutine[Any, Any, None] = provider.serve(lambda _path, **_facts: {"hits": []}, None, idle_seconds=0.2)  # type: ignore[arg-type]
    asyncio.run(asyncio.wait_for(asked, 30))
