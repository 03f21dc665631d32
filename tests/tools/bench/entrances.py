"""Benchmark: one search by each entrance, with the library opened for it and with a program that has it open.

Wall and processor seconds of a whole process for the command line (and `recollq` on the same documents, where it is
installed), of one request for HTTP, MCP and D-Bus, and of the steps of the quick search; then many clients at once
while documents are being indexed. The documents are those of a folder, or of a library that `query --keep` has made.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from mcp import Client, StdioServerParameters

from core import paths
from core import settings as settings_file
from core.control_socket import NotAnsweredError, RefusedError, ask, send_request
from core.settings import Settings
from core.store.catalogue.catalogue import CATALOGUE_NAME, Catalogue
from tests.tools.bench.dbus_search import searches, session_bus
from tests.waiting import wait_until

QUERIES = ("license", "how is a file opened", "version number", "print the first page", "search and replace")
ASKED = 4  # queries of each of many clients
Took = tuple[float, float]  # wall and processor seconds


def run(folder: Path, rounds: int, clients: int, model: str, library: Path | None) -> None:
    """Index a folder, or take a copy of a library that was made, and search it by each entrance."""
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        root = Path(temporary, "library")
        if library is None:
            subprocess.run(
                [*_findling("index", root, str(folder)), "--model", model], check=True, stdout=subprocess.DEVNULL
            )
        else:
            shutil.copytree(library, root)
            settings_file.save(Settings(model=model), root / settings_file.SETTINGS_NAME)
            folder = Path(temporary, "texts")
            print(f"{_write_texts(root, folder)} documents of the library in {library}")
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        cold = _rows("command line, nobody there", lambda query: _process(_findling("search", root, query)), rounds)
        with session_bus(Path(temporary, "bus"), root) as address:
            _by_dbus("D-Bus, nobody there", address, rounds)
        with _serving(root):
            _check_indexed(root)
            resident = _rows("command line, resident", lambda query: _process(_findling("search", root, query)), rounds)
            _rows("HTTP", lambda query: _timed(lambda: ask(root, "GET", "search", {"q": query})), rounds)
            quick = {"quick": True}
            _rows(
                "quick search", lambda query: _timed(lambda: ask(root, "GET", "search", {"q": query, **quick})), rounds
            )
            asyncio.run(_by_mcp(root, rounds))
            with session_bus(Path(temporary, "second-bus"), root) as address:
                _by_dbus("D-Bus, resident", address, rounds)
            print(f"resident / nobody there: wall {resident[0] / cold[0]:.3f}, processor {resident[1] / cold[1]:.3f}")
            _at_once(root, Path(temporary, "more"), clients)
        if shutil.which("recollq") and shutil.which("recollindex"):
            configuration = _recoll(folder, Path(temporary, "recoll"))
            _rows("recollq", lambda query: _process(["recollq", "-c", configuration, query]), rounds)
        else:
            print("recollq is not installed")
        _rows("python -c pass", lambda _: _process([sys.executable, "-c", "pass"]), rounds)


def _findling(command: str, root: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "gui", command, *arguments, "--library", str(root)]


@contextmanager
def _serving(root: Path) -> Iterator[None]:
    with subprocess.Popen(_findling("serve", root), cwd=paths.resources().parent, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: send_request(root, "resume") is not None)
        for query in QUERIES:  # the engine is loaded, and the sentences of the first hits are embedded
            ask(root, "GET", "search", {"q": query})
        try:
            yield
        finally:
            process.terminate()


def _check_indexed(root: Path) -> None:
    """Stop if there is something left to index, which would be measured too."""
    progress = json.loads(ask(root, "GET", "status"))["lanes"]
    if any(counts["waiting"] for counts in progress.values()):
        raise SystemExit(f"Not measured: files are still waiting. Was it made with another --model? {progress}")


def _process(command: Sequence[str]) -> Took:
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=paths.resources().parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return time.perf_counter() - start, used.ru_utime + used.ru_stime


def _timed(call: Callable[[], object]) -> Took:
    wall, own = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - wall, time.process_time() - own


def _rows(name: str, search: Callable[[str], Took], rounds: int) -> Took:
    return _printed(name, [search(query) for _ in range(rounds) for query in QUERIES])


def _printed(name: str, took: Sequence[Took]) -> Took:
    """Print and return the medians."""
    wall, own = np.median(took, axis=0)
    print(f"{name:28} wall {wall:.3f} s (longest {max(took)[0]:.3f}), processor {own:.3f} s")
    return float(wall), float(own)


def _by_dbus(name: str, address: str, rounds: int) -> None:
    first, *others = asyncio.run(searches(address, [QUERIES[0], *QUERIES * rounds]))
    print(f"{f'{name}, start':28} wall {first[0]:.3f} s, processor {first[1]:.3f} s")
    _printed(name, others)


def _write_texts(root: Path, folder: Path) -> int:
    """Write the documents of a library as files, for `recollq`; returns their number."""
    folder.mkdir()
    catalogue = Catalogue(root, writable=False)
    contents = _content_ids(root)
    for content in contents:
        (folder / f"{content}.txt").write_text(catalogue.contents.text(content), encoding="utf-8")
    catalogue.close()
    return len(contents)


def _content_ids(root: Path) -> list[int]:
    with closing(sqlite3.connect(f"file:{root / CATALOGUE_NAME}?mode=ro", uri=True)) as connection:
        return [number for (number,) in connection.execute("SELECT id FROM contents")]


async def _by_mcp(root: Path, rounds: int) -> None:
    program = StdioServerParameters(
        command=sys.executable, args=_findling("mcp", root)[1:], cwd=paths.resources().parent
    )
    took = []
    start = time.perf_counter()
    async with Client(program) as client:
        await client.list_tools()
        print(f"{'MCP, start':28} wall {time.perf_counter() - start:.3f} s")
        for query in QUERIES * rounds:
            wall, own = time.perf_counter(), time.process_time()
            await client.call_tool("search", {"query": query})
            took.append((time.perf_counter() - wall, time.process_time() - own))
    _printed("MCP, one call", took)


def _at_once(root: Path, more: Path, clients: int) -> None:
    """Many clients at once while documents are being indexed."""
    more.mkdir()
    for number in range(500):
        (more / f"{number}.txt").write_text(f"The {number}th note is about the harbour. " * 100)
    send_request(root, "folders/add", path=str(more))
    took, lost = list[float](), list[Exception]()

    def client(first: int) -> None:
        for number in range(ASKED):
            start = time.perf_counter()
            try:
                json.loads(ask(root, "GET", "search", {"q": QUERIES[(first + number) % len(QUERIES)]}))
                took.append(time.perf_counter() - start)
            except (NotAnsweredError, RefusedError, ValueError) as error:
                lost.append(error)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p50, p95 = np.percentile(took, (50, 95))
    words = json.loads(ask(root, "GET", "status"))["lanes"]["words"]
    print(
        f"{clients} clients at once beside indexing ({words['waiting']} files still waiting at the end): "
        f"p50 {p50:.2f} s, p95 {p95:.2f} s, {len(took)} answered, {len(lost)} lost"
    )


def _recoll(folder: Path, configuration: Path) -> str:
    configuration.mkdir()
    (configuration / "recoll.conf").write_text(f"topdirs = {folder}\n")
    subprocess.run(["recollindex", "-c", configuration], check=True, capture_output=True)
    return str(configuration)
