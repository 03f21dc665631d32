"""Commands in processes of their own: output, encodings, a closed pipe, interruption."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from core.library import Library
from tests.core.cli.conftest import library_with_settings, started
from tests.core.engine.conftest import Running

pytestmark = pytest.mark.slow


def test_the_module_is_a_program(indexed_library: Path) -> None:
    with started("search", "harbour", "--json", "--library", indexed_library) as process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, b"")
    assert json.loads(out)["hits"][0]["path"].endswith("harbour.txt")


def test_a_terminal_of_another_encoding_is_no_problem(indexed_library: Path) -> None:
    with started(
        "search", "图书馆", "--library", indexed_library, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    ) as process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, b"")
    assert b"???.md" in out


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_went_away_is_no_error(indexed_library: Path, unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with started("search", "harbour", "--library", indexed_library, env=environment) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        err = process.stderr.read()
        process.wait(timeout=120)
    assert (process.returncode, err) == (0, b"")


def test_interrupted_it_says_so_and_keeps_what_is_indexed(engine: Running, tmp_path: Path) -> None:
    root = library_with_settings(tmp_path / "library", engine)
    docs = tmp_path / "harbour.txt"
    docs.write_text("The harbour is closed in winter.")
    nobody = {"engine": "remote", "remote_url": "http://127.0.0.1:9/v1", "model": "english"}
    (root / "settings.json").write_text(json.dumps(nobody))
    with started("index", docs, "--library", root) as process:
        pause = threading.Event()
        while process.poll() is None and not list(root.glob("words/*/reached.json")):
            pause.wait(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err.decode()
    assert out == b""
    assert err.decode().splitlines()[-1] == "findling: interrupted; what is indexed stays indexed."
    assert b"Traceback" not in err
    with Library.open(root, read_only=True) as library:
        assert [Path(hit.path).name for hit in library.search("winter", lanes=("words",))] == ["harbour.txt"]
