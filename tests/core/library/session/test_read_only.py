"""A library opened read-only: it shares the engine of a program that has it open, and else uses its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core import paths
from core.library import Library
from core.library.engines import sharing
from core.library.session import query_executor
from tests.core.engine.conftest import KEY, Running, fake
from tests.core.library.conftest import remote, set_fault, write_notes

pytestmark = pytest.mark.slow

OWNER = """
import sys
from core.library import Library
from core.settings import Settings

_, root, notes, url, key = sys.argv
settings = Settings(model="english", engine="remote", remote_url=url, remote_key=key)
with Library.open(root, settings) as library:
    library.add_folder(notes)
    library.wait(timeout=120)
    library.engines.wait_ready(60)
    print("ready", flush=True)
    sys.stdin.read()
"""


@contextmanager
def owner(engine: Running, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program that has the library open, with its folders indexed and its engine ready."""
    command = [sys.executable, "-c", OWNER, folder / "library", folder / "notes", engine.url, KEY]
    root = paths.resources().parent
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def found_by_meaning(library: Library, query: str) -> bool:
    """Whether a query, one that was not embedded yet, finds anything by meaning."""
    return bool(library.search(query, lanes=["meaning"]))


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that answers is waited for, however busy the machine is; what is waited for in vain never ends."""
    monkeypatch.setattr(sharing, "ANSWER_TIMEOUT", 3600.0)
    monkeypatch.setattr(sharing, "LOADING_TIMEOUT", 3600.0)
    monkeypatch.setattr(query_executor, "ENGINE_TIMEOUT", 3600.0)


@pytest.mark.parametrize("end", [signal.SIGKILL, None])
def test_once_the_other_program_has_ended_its_engine_is_not_used(
    engine: Running, tmp_path: Path, end: signal.Signals | None
) -> None:
    write_notes(tmp_path / "notes", 3)
    with (
        fake() as shared,
        owner(shared, tmp_path) as process,
        Library.open(tmp_path / "library", remote(engine), read_only=True) as reader,
    ):
        assert found_by_meaning(reader, "note1")
        assert reader._sessions.current.engine.endpoint().base_url == shared.url  # type: ignore[union-attr]
        if end is None:
            process.communicate()
        else:
            process.send_signal(end)
            process.wait()
        set_fault(shared, "refuse")
        assert found_by_meaning(reader, "note2")
        assert reader._sessions.current.engine.endpoint().base_url == engine.url  # type: ignore[union-attr]
        assert found_by_meaning(reader, "note0")
