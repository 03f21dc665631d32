"""Files whose reader was too slow or was killed are read again by themselves, a bounded number of times."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from core.extract_workers.pool import WorkerPool
from core.indexer.upkeep import retries
from core.library import Library
from core.settings import Settings
from tests.core.library.conftest import until
from tests.processes import running
from tests.system.catalogue_state import connected

pytestmark = pytest.mark.slow

WORDS = 300_000  # of a text that takes a reader a second or two of processor time
SETTINGS = Settings(model="english", engine="remote", remote_url="http://127.0.0.1:9/v1", readers=1)  # no engine
DELAYS = (0.3, 0.3, 0.3)  # seconds


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a long text, which is read again after fractions of a second if its reader fails."""
    monkeypatch.setattr(retries, "DELAYS", DELAYS)
    monkeypatch.setattr(retries, "CHECK_INTERVAL", 0.1)
    (tmp_path / "notes").mkdir()
    words = "".join(f"harbour{number % 9973} " for number in range(WORDS))
    (tmp_path / "notes" / "long.txt").write_text(f"{words}\nThe pelican is last.")
    return tmp_path / "notes"


def limit_to(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Give readers so much processor time for each file."""
    defaults = WorkerPool.__init__.__kwdefaults__ or {}
    monkeypatch.setitem(defaults, "time_limit_for", lambda _: seconds)


def problems(library: Library) -> dict[str, str]:
    return {Path(one.path).name: one.code for one in library.problems()}


def retry_counts(library: Path) -> list[int]:
    with connected(library) as db:
        return [row[0] for row in db.execute("SELECT count FROM retries")]


def test_a_reader_that_is_too_slow_is_tried_a_bounded_number_of_times_and_again_once_the_file_changes(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_to(monkeypatch, 0.2)
    with Library.open(tmp_path / "library", SETTINGS) as library:
        library.add_folder(notes)
        until(lambda: retry_counts(tmp_path / "library") == [len(DELAYS)] and problems(library) != {})
        library.wait("words", timeout=60)
        assert problems(library) == {"long.txt": "timed_out"}
        assert library.search("=pelican", lanes=("words",)) == []
        (notes / "long.txt").write_text("The pelican is alone.")
        library.indexing.rescan()
        until(lambda: library.search("=pelican", lanes=("words",)) != [])
        until(lambda: retry_counts(tmp_path / "library") == [])


def test_what_was_killed_for_lack_of_memory_is_found_later(notes: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", SETTINGS) as library:
        library.add_folder(notes)

        def is_tried_again() -> bool:
            if retry_counts(tmp_path / "library"):
                return True
            for reader in running("core.extract_workers.worker"):
                with suppress(psutil.NoSuchProcess):
                    reader.kill()  # as the system does that has no memory left
            return False

        until(is_tried_again)
        until(lambda: library.search("=pelican", lanes=("words",)) != [])
        assert problems(library) == {}
