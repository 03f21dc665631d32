"""The runbook's backup and restore, with the real program: a backup while it runs, its end, another library of it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core import paths
from core.control_socket import NotAnsweredError, ask
from tests.builders.ports import free_port
from tests.packaging.kubernetes.chart import CHART
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # starts the program three times

TEXTS = {
    "harbour.txt": "The harbour is closed in winter, from December to March. Boats are kept ashore.",
    "bread.txt": "Sourdough needs flour, water and time. The dough rests overnight.",
    "lease.txt": "The tenant may end the lease with three months' notice, in writing.",
}
QUESTIONS = ("When can boats not enter the port?", "harbour", "how to get out of a rental contract", "lease.txt")
PLACE = "catalogue.sqlite"  # in a library, as the runbook says


def script(library: Path, name: str) -> str:
    """What a script of the chart prints, as `kubectl exec` starts it."""
    environment = {**os.environ, "FINDLING_LIBRARY": str(library), "PYTHONPATH": str(paths.resources().parent)}
    run = [sys.executable, CHART / "files" / name]
    return subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def state(library: Path) -> dict[str, Any]:
    """The status that the running `serve` tells; {} while it does not answer."""
    with contextlib.suppress(NotAnsweredError, OSError):
        answer: dict[str, Any] = json.loads(ask(library, "GET", "status"))
        return answer
    return {}


def is_complete(library: Path, files: int) -> bool:
    found = state(library)
    if not found:
        return False
    passages = found["passages"]
    counts = [(retriever["done"], retriever["waiting"], retriever["failed"]) for retriever in found["lanes"].values()]
    return passages["done"] == passages["total"] > 0 and counts == [(files, 0, 0)] * len(counts)


def answers(library: Path) -> list[list[tuple[str, list[str]]]]:
    """The documents and passages found for each question."""
    found = [json.loads(ask(library, "GET", "search", {"q": question})) for question in QUESTIONS]
    return [[(hit["path"], [each["snippet"] for each in hit["passages"]]) for hit in one["hits"]] for one in found]


@contextmanager
def serving(library: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`findling serve`, killed at the end as by the loss of its node."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core", "serve", "--library", library],
        cwd=paths.resources().parent,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: state(library) or process.poll() is not None, "serve answers")
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_backup_of_a_running_library_becomes_the_same_library(tmp_path: Path) -> None:
    documents, library, away = tmp_path / "documents", tmp_path / "library", tmp_path / "away"
    documents.mkdir()
    away.mkdir()
    for name, text in TEXTS.items():
        (documents / name).write_text(text)
    with serving(library):
        ask(library, "POST", "folders/add", {"path": str(documents)})
        wait_until(lambda: is_complete(library, len(TEXTS)), "all is indexed")
        before = answers(library)
        (documents / "late.txt").write_text("This was written while the backup was made.")
        backup = Path(script(library, "backup.py"))
        for file in (backup, backup.with_suffix(".digest")):
            shutil.copy(file, away)
    shutil.rmtree(library)
    (documents / "late.txt").unlink()

    library.mkdir(mode=0o700)
    shutil.copy(away / backup.name, library / PLACE)
    # No engine answers: whatever would have to be embedded again would stay undone.
    nowhere = {"engine": "remote", "remote_url": f"http://127.0.0.1:{free_port()}/v1"}
    (library / "settings.json").write_text(json.dumps(nowhere))
    with serving(library):
        wait_until(lambda: is_complete(library, len(TEXTS)), "all is found again")
    (library / "settings.json").unlink()
    with serving(library):
        wait_until(lambda: is_complete(library, len(TEXTS)), "all is there")
        wait_until(lambda: answers(library) == before, "the same answers, with the engine back")
    assert any(path.endswith("harbour.txt") for path, _ in before[0])
