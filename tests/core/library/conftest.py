"""Libraries on the fake engine, which is fast and whose vectors can be computed."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.library import Library
from core.settings import Settings
from tests.core.engine.conftest import KEY, Running, fake, retry_soon
from tests.waiting import wait_until


def remote(engine: Running, **choices: object) -> Settings:
    """Settings of a library that the given engine embeds for; with one reader, as a second one is slower to start."""
    chosen = {"model": "english", "engine": "remote", "remote_url": engine.url, "remote_key": KEY, "readers": 1}
    return Settings(**(chosen | choices))  # type: ignore[arg-type]


def set_fault(engine: Running, fault: str) -> None:
    """Give a running fake engine another fault, or none."""
    body = json.dumps({"fault": fault}).encode()
    address = f"http://127.0.0.1:{engine.port}/fault"
    urllib.request.urlopen(urllib.request.Request(address, body)).close()


def write_notes(folder: Path, count: int, *, words: int = 300) -> None:
    """Some text files with a word of their own each ("note7") and as many words besides, in an order of their own."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        body = " ".join(f"word{(number * 31 + i * (3 * number + 1)) % 997}" for i in range(words))
        (folder / f"file-{number:03d}.txt").write_text(f"The note{number} begins. {body}.", encoding="utf-8")


def indexed_notes(folder: Path, count: int, settings: Settings) -> Path:
    """A library of some notes in a folder, which are in `notes` beside it; indexed, and closed."""
    write_notes(folder / "notes", count)
    with Library.open(folder / "library", settings) as library:
        library.add_folder(folder / "notes")
        library.wait(timeout=120)
    return folder / "library"


def until(true: Callable[[], object]) -> None:
    """Wait for something that only polling can tell."""
    wait_until(true)


@pytest.fixture(autouse=True)
def _retries(monkeypatch: pytest.MonkeyPatch) -> None:
    retry_soon(monkeypatch)


@pytest.fixture(scope="module")
def shared_engine() -> Iterator[Running]:
    with fake() as started:
        yield started


@pytest.fixture
def engine(shared_engine: Running) -> Iterator[Running]:
    """A fake engine without faults, also after what a test made of it."""
    yield shared_engine
    set_fault(shared_engine, "")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB; needs the right to mount, as a container's root has it."""
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
