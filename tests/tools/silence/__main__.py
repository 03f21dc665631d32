"""python -m tests.tools.silence [--display]: prove that Findling connects to nothing.

Runs the whole application in a network namespace that has only loopback, under strace, over documents that refer to
another machine in every way their formats know, and with an environment full of proxies and other people's servers.
Any call that would leave the machine, DNS included, fails the run, and so does an answer that the environment changed.
First it shows that a program that does connect is caught. With --display the window is on a real X server, with a
session bus and a panel; needs Linux, strace, and root or user namespaces.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.tools.silence import documents
from tests.tools.silence.run import FAR, Outcome, traced, why_impossible

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
VISIT = (sys.executable, "-m", "tests.tools.silence.visit")
# Programs that do connect, each in another way; each must be caught.
CONNECTING = {
    "TCP": f"socket.create_connection(('{FAR}', 80), 1)",
    "TCP over IPv6": "socket.create_connection(('2001:db8::9', 80), 1)",
    "UDP": f"socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('{FAR}', 53))",
    "UDP message": f"socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('{FAR}', 53))",
    "DNS": "socket.getaddrinfo('findling.example', 80)",
    "open to others": "socket.socket().bind(('0.0.0.0', 0))",
    "another's socket": "socket.socket(socket.AF_UNIX).connect('/tmp/of-somebody-else')",
    "a child that connects": "subprocess.run([sys.executable, '-c', "
    f"\"import socket; socket.create_connection(('{FAR}', 443), 1)\"])",
}


def connect_on_purpose(how: str, home: Path) -> Outcome:
    """Run a program that connects in one of the ways."""
    code = f"import socket, subprocess, sys\ntry:\n    {CONNECTING[how]}\nexcept OSError:\n    pass"
    return traced([sys.executable, "-c", code], home)


def visit(folder: Path, *, hostile: bool, variables: dict[str, str]) -> Outcome:
    """The whole application in a new home."""
    home = folder / ("hostile" if hostile else "plain")
    documents.write(home / "Documents")
    return traced([*VISIT, str(home)], home, hostile=hostile, variables=variables)


def answers(outcome: Outcome) -> dict[str, list[str]]:
    """What a visit found, from the last line of its output; {} if it did not come so far."""
    lines = [line for line in outcome.output.splitlines() if line.startswith("{")]
    found: dict[str, list[str]] = json.loads(lines[-1]) if lines else {}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.silence", description=__doc__)
    parser.add_argument("--display", action="store_true", help="on an X server with a session bus and a panel")
    arguments = parser.parse_args()
    if reason := why_impossible():
        print(f"silence: cannot be tested here: {reason}", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory() as made, _display(real=arguments.display) as variables:
        folder = Path(made)
        faults = [f"not caught: {how}" for how in CONNECTING if not _is_caught(how, folder)]
        print(f"{len(CONNECTING)} programs that connect on purpose: {len(faults)} not caught")
        outcomes = {
            kind: visit(folder, hostile=kind == "hostile", variables=variables) for kind in ("plain", "hostile")
        }
    for kind, outcome in outcomes.items():
        print(f"{kind} environment: exit code {outcome.code}, {outcome.calls} network calls, {answers(outcome)}")
        faults += [f"{kind}: {one.call} {one.address}: {one.line}" for one in outcome.attempts]
        if outcome.code != 0:
            faults.append(f"{kind}: ended with {outcome.code}: {outcome.output[-3000:]}")
    if answers(outcomes["plain"]) != answers(outcomes["hostile"]):
        faults.append("the environment changed the answers")
    print(*faults, sep="\n")
    print("SILENT" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


def _is_caught(how: str, folder: Path) -> bool:
    home = folder / "connecting"
    home.mkdir(exist_ok=True)
    return bool(connect_on_purpose(how, home).attempts)


@contextmanager
def _display(*, real: bool) -> Iterator[dict[str, str]]:
    """Variables of a display: Qt's own without a screen, or an X server with a session bus and a panel."""
    if not real:
        yield OFFSCREEN
        return
    from tests.builders import desktop

    with ExitStack() as stack:
        display = stack.enter_context(desktop.x_server())
        stack.enter_context(desktop.window_manager(display))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(desktop.tray_host(display, folder))
        bus = stack.enter_context(desktop.session_bus())
        yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": bus}


if __name__ == "__main__":
    os.environ.pop("PYTHONWARNINGS", None)
    sys.exit(main())
