"""`findling index --store`: vectors on a real server, moved there and back, and the server away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.connections import recorded
from core.library.diagnostics.privacy import privacy_report
from core.settings import Settings, load
from tests.builders.vector_servers import VectorServer
from tests.core.cli.conftest import library_with_settings, run_command, write_documents
from tests.core.engine.conftest import Running

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorServer]:
    server = VectorServer("chroma", tmp_path_factory.mktemp("chroma"))
    try:
        server.start()
        yield server
    finally:
        server.kill()


def test_vectors_move_to_a_server_and_back_and_are_found_there(
    server: VectorServer, engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, docs = library_with_settings(tmp_path / "library", engine), write_documents(tmp_path / "docs")

    def run(*words: object, code: int = 0) -> str:
        found, out, err = run_command(capsys, *words, "--library", root)
        assert found == code, (out, err)
        return out + err

    run("index", docs)
    sent = json.loads(run("status", "--json"))["passages_embedded"]
    assert "is not the address" in run("index", docs, "--store", "chroma", "--store-url", "server", code=3)
    assert "is missing" in run("index", docs, "--store", "chroma", code=3)
    run("index", docs, "--store", "chroma", "--store-url", server.url)
    assert load(root / "settings.json").vector_store == "chroma"
    assert json.loads(run("status", "--json"))["passages_embedded"] == sent
    assert "meaning" in run("search", "~harbour")
    assert "consistent" in run("doctor")
    assert recorded() == []  # it is on this machine
    server.kill()
    told = run("search", "harbour")
    assert "does not answer" in told
    assert "harbour.txt" in told
    assert "cannot be compared" in run("doctor", code=1)
    run("index", docs, "--store", "faiss")
    assert "does not answer" not in run("search", "harbour")
    assert json.loads(run("status", "--json"))["passages_embedded"] == sent


def test_a_store_elsewhere_is_told_of(tmp_path: Path) -> None:
    here = Settings(vector_store="milvus", vector_store_url="http://localhost:19530")
    assert privacy_report(tmp_path, here, 0).vector_server == ""
    there = replace(here, vector_store_url="http://vectors.example:19530")
    assert privacy_report(tmp_path, there, 0).vector_server == "vectors.example"
    assert privacy_report(tmp_path, replace(there, vector_store="faiss"), 0).vector_server == ""
