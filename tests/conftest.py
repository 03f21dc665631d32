"""What every test gets and is held to: a home of its own, no leftovers, no connection that leaves the machine."""

from __future__ import annotations

import faulthandler
import ipaddress
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, settings

from core import connections

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # for tests that import it before Findling does

# How long an example takes is not asserted: machines are shared, and noisy.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")

# Seconds a test may overrun its time-out. That raises in Python, which a nested Qt loop swallows and C code never sees:
# then the process ends, with the stacks of its threads, and the test is reported as having crashed it.
OVERRUN = 90
GRACE = float(os.environ.get("FINDLING_TEST_GRACE", "30"))  # seconds that what was told to stop may take
SYSTEM_SECONDS = 1500  # for a test that uses whole programs, each of which waits for the processor on a busy machine
STDERR = pytest.StashKey[int]()
HOMES = {
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests that take minutes")
    parser.addoption("--fast", action="store_true", help="leave out the slow tests, which start other programs")
    parser.addoption(
        "--sglang", metavar="PYTHON", help="also run the tests of the real SGLang, in this interpreter's environment"
    )


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell without job control ignores it in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "long: takes minutes; runs only with --long")
    config.addinivalue_line("markers", "slow: starts engines or other programs; --fast leaves it out")
    config.stash[STDERR] = os.dup(2)  # while tests run, capturing has taken the descriptor's place


def pytest_unconfigure(config: pytest.Config) -> None:
    faulthandler.cancel_dump_traceback_later()
    os.close(config.stash[STDERR])


def _end_if_stuck(item: pytest.Item) -> None:
    marker = item.get_closest_marker("timeout")
    limit = marker.args[0] if marker else item.config.getvalue("timeout")
    if limit and not item.config.getvalue("usepdb"):
        faulthandler.dump_traceback_later(float(limit) + OVERRUN, exit=True, file=item.config.stash[STDERR])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    _end_if_stuck(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    _end_if_stuck(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    _end_if_stuck(item)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Name a failure at once in a run by several processes: a run that is cut off has no summary."""
    if report.failed and hasattr(report, "node"):
        reason = report.longreprtext.splitlines()[-1:]
        print(f"\nFAILED {report.nodeid} ({report.when})", *reason, sep=": ", file=sys.__stderr__, flush=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--fast"):
        terminalreporter.write_line("The slow tests were not run; python -m tests does.")
    if not config.getoption("--sglang"):
        terminalreporter.write_line("The real SGLang was not run; python -m tests --sglang does.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if _is_left_out(item, config)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    for item in items:
        if "system" in item.path.parts and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SYSTEM_SECONDS))
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    # What takes longest comes first, so that no worker is left with it at the end when the others have nothing to do.
    items.sort(key=lambda item: (not _is_real_sglang(item), "system" not in item.path.parts, item.path not in slow))


def _is_left_out(item: pytest.Item, config: pytest.Config) -> bool:
    if item.get_closest_marker("long") and not config.getoption("--long"):
        return True
    return item.get_closest_marker("slow") is not None and bool(config.getoption("--fast"))


def _is_real_sglang(item: pytest.Item) -> bool:
    return {"system", "sglang"} <= {*item.path.parts}


def _isolate(patch: pytest.MonkeyPatch, factory: pytest.TempPathFactory) -> None:
    home = factory.mktemp("home")
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    patch.setenv("HOME", str(home))
    patch.setenv("XDG_RUNTIME_DIR", str(runtime))
    patch.setenv("FINDLING_LIBRARY", str(home / "library"))
    patch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    patch.setattr(psutil, "sensors_battery", lambda: None, raising=False)  # the plug of this machine may be out
    for name, below in HOMES.items():
        patch.setenv(name, str(home / below))


@pytest.fixture(scope="session", autouse=True)
def _session_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        _isolate(patch, tmp_path_factory)
        patch.setenv("FINDLING_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _home(_session_home: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    mask = os.umask(0o077)
    os.umask(mask)
    with pytest.MonkeyPatch.context() as patch:
        _isolate(patch, tmp_path_factory)
        patch.setattr(connections, "_pending", connections._Pending())  # as in a new process
        yield
    os.umask(mask)  # a window and the command line close what they write to other users


def _leaves_the_machine(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if not isinstance(name, str) or name in ("", "localhost"):
        return False
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return True  # a name: asking for it leaves the machine
    return not (address.is_loopback or address.is_unspecified)


def _watch_sockets(patch: pytest.MonkeyPatch, seen: list[str]) -> None:
    def refuse(what: str, host: object) -> None:
        if _leaves_the_machine(host):
            seen.append(f"{what} {host!r}")
            raise OSError(f"a test may not reach {host!r}")

    def guarded(name: str) -> None:
        true = getattr(socket.socket, name)

        def call(self: socket.socket, *arguments: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                refuse(name, arguments[-1][0])
            return true(self, *arguments)

        patch.setattr(socket.socket, name, call)

    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
        refuse("getaddrinfo", host)
        return look_up(host, *arguments, **named)

    for name in ("connect", "connect_ex", "sendto"):
        guarded(name)
    patch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture(scope="session")
def outward_calls() -> Iterator[list[str]]:
    """Every attempt of this process to reach another machine; each is refused."""
    seen: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        _watch_sockets(patch, seen)
        yield seen


@pytest.fixture(autouse=True)
def _stays_on_the_machine(outward_calls: list[str]) -> Iterator[None]:
    yield
    seen = outward_calls[:]
    outward_calls.clear()
    if seen:
        pytest.fail(f"the test reached out of the machine: {', '.join(seen)}", pytrace=False)


def _children() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def _is_ours(process: psutil.Process) -> bool:
    """Whether the process lives and is more than multiprocessing's own helper, which stays to the end."""
    try:
        helper = any("resource_tracker" in word for word in process.cmdline())
        return process.status() != psutil.STATUS_ZOMBIE and not helper
    except psutil.NoSuchProcess:
        return False


def _left_processes(before: set[psutil.Process]) -> list[str]:
    left = [process for process in _children() - before if _is_ours(process)]
    _, alive = psutil.wait_procs(left, timeout=GRACE)
    names = []
    for process in filter(_is_ours, alive):
        names.append(f"process {process.pid} {' '.join(process.cmdline())[:200]}")
        process.kill()
    return names


def _left_threads(before: set[threading.Thread]) -> list[str]:
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(GRACE)
    return [f"thread {thread.name}" for thread in left if thread.is_alive()]


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> Iterator[None]:
    threads, processes = set(threading.enumerate()), _children()
    yield
    left = _left_threads(threads) + _left_processes(processes)
    if left:
        pytest.fail(f"the test left behind: {', '.join(left)}", pytrace=False)
