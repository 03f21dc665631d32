"""One search over D-Bus, as KRunner asks it: on a session bus of its own, with the provider that the bus starts."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from core import paths
from core.desktop_search import krunner, provider

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><servicedir>{folder}</servicedir>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow receive_sender="*"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""


@contextmanager
def session_bus(folder: Path, root: Path) -> Iterator[str]:
    """The address of a bus that starts the provider for a library."""
    folder.mkdir()
    script = folder / "provider"
    script.write_text(
        f'#!/bin/sh\ncd {paths.resources().parent}\nexec {sys.executable} -m gui provider --library "{root}"\n'
    )
    script.chmod(0o700)
    (folder / "findling.service").write_text(f"[D-BUS Service]\nName={provider.BUS_NAME}\nExec={script}\n")
    (folder / "bus.conf").write_text(CONFIG.format(folder=folder))
    command = ["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        try:
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


async def searches(address: str, queries: list[str]) -> list[tuple[float, float]]:
    """Wall seconds of each query, and the processor seconds that the provider needed for it."""
    bus = await MessageBus(address).connect()
    took = []
    for query in queries:
        before, start = await _used(bus), time.perf_counter()
        message = Message(provider.BUS_NAME, krunner.PATH, krunner.NAME, "Match", signature="s", body=[query])
        reply = await bus.call(message)
        wall = time.perf_counter() - start
        assert reply is not None
        assert reply.message_type == MessageType.METHOD_RETURN, reply.body
        took.append((wall, await _used(bus) - before))
    bus.disconnect()
    return took


async def _used(bus: MessageBus) -> float:
    """The processor seconds of the provider so far; 0 before it is started."""
    name, path = "org.freedesktop.DBus", "/org/freedesktop/DBus"
    message = Message(name, path, name, "GetConnectionUnixProcessID", signature="s", body=[provider.BUS_NAME])
    reply = await bus.call(message)
    if reply is None or reply.message_type == MessageType.ERROR:
        return 0.0
    times = psutil.Process(reply.body[0]).cpu_times()
    return float(times.user + times.system)
