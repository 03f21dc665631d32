"""An ordinary search beside running indexing, with the real engine: it is answered before the indexing is over."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core import paths
from core.settings import SETTINGS_NAME, Settings, save
from tests.system.catalogue_state import count
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

FILES = 1000  # a minute of one processor to embed
THINGS = [
    "harbour",
    "lease",
    "kitchen",
    "journey",
    "garden",
    "tax",
    "violin",
    "bicycle",
    "school",
    "hospital",
    "winter",
    "library",
    "bridge",
    "recipe",
]
QUESTION = "what does it say of the harbour in winter"


def write_documents(folder: Path) -> None:
    chance = random.Random(14)
    folder.mkdir()
    for number in range(FILES):
        sentences = [
            f"The {chance.choice(THINGS)} of number {number} is not like the {chance.choice(THINGS)} that we had in "
            f"{chance.choice(THINGS)} {chance.randrange(1900, 2020)}, as they say of it."
            for _ in range(24)
        ]
        (folder / f"document-{number}.txt").write_text(" ".join(sentences), encoding="utf-8")


@contextmanager
def indexing(folder: Path, library: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that indexes a folder, ended afterwards."""
    command = [sys.executable, "-m", "core", "index", str(folder), "--library", str(library)]
    with (library.parent / "index.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=paths.resources().parent, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def test_a_search_with_rerank_is_answered_while_documents_are_embedded(tmp_path: Path) -> None:
    """A search that waited behind the passages would be answered after the last of them."""
    library = tmp_path / "library"
    library.mkdir()
    save(Settings(model="english", wait_on_load=False, wait_on_battery=False), library / SETTINGS_NAME)
    write_documents(tmp_path / "documents")
    with indexing(tmp_path / "documents", library) as process:
        wait_until(lambda: count(library, "vectors") >= 16, "no passage is embedded")
        # All documents, as the few that are embedded by then need not be among the first ten.
        search = ["search", QUESTION, "--json", "--limit", str(FILES), "--library", str(library)]
        command = [sys.executable, "-m", "core", *search]
        ended = subprocess.run(
            command, cwd=paths.resources().parent, capture_output=True, text=True, check=False, timeout=600
        )
        embedded, passages = count(library, "vectors"), count(library, "passages")
        assert process.poll() is None
    assert ended.returncode == 0, ended.stderr
    assert 16 <= embedded < passages
    hits = json.loads(ended.stdout)["hits"]
    assert len(hits) > 10
    assert any("meaning" in hit["lanes"] for hit in hits)
    assert all("harbour" in hit["snippet"] or "winter" in hit["snippet"] for hit in hits[:3])
