"""The engine manager with fakes of SGLang and of a package index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from core.engine.installing import install, lockfile
from core.engine.model_download import weights
from core.engine.sglang.runtime import RUNTIME_VARIABLE
from core.errors import EngineError
from core.library import Library
from core.library.engines import capabilities
from core.library.engines.jobs import EngineJob
from core.models import MODELS
from core.search.rank import rerank
from core.settings import SETTINGS_NAME, Settings, load
from tests.builders import models
from tests.core.engine.conftest import Running
from tests.core.engine.supervised_engine import fake_runtime, model_folder, sglang_settings
from tests.core.library.conftest import remote, until, write_notes
from tests.fakes.fake_hub import FakeHub
from tests.fakes.fake_hub import running as running_hub
from tests.fakes.fake_index import FakeIndex, running, stand_ins, write_lockfile

pytestmark = pytest.mark.slow


@pytest.fixture
def sglang(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """Settings for SGLang's fake, as for a user who already has it."""
    monkeypatch.setenv(RUNTIME_VARIABLE, json.dumps(asdict(fake_runtime())))
    return sglang_settings(tmp_path, sglang="/opt/sglang/bin/python")


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeIndex]:
    """A package index with a stand-in for SGLang, and the recipe that names it."""
    parts, true = stand_ins(), lockfile.load
    made = write_lockfile(tmp_path / "recipe", parts)
    monkeypatch.setattr(lockfile, "load", lambda folder=None: true(folder or made))
    monkeypatch.setattr(install, "SPARE", 0)
    monkeypatch.setenv("FINDLING_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with running(parts) as server:
        monkeypatch.setenv("UV_DEFAULT_INDEX", server.url)
        yield server


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """A hub that has a tiny model under the name of the smallest."""
    monkeypatch.setattr(weights, "SPARE", 0)
    monkeypatch.setenv("FINDLING_DATA", str(tmp_path / "data"))
    download = MODELS["qwen3-0.6b"].download
    assert download is not None
    with running_hub(models.write(tmp_path / "hub"), download.repositories["huggingface"]) as server:
        yield server


def state(library: Library) -> str:
    return library.engines.server("embedding").status.state


def test_documents_are_found_through_it_and_the_card_is_released_and_comes_back(
    sglang: Settings, tmp_path: Path
) -> None:
    write_notes(tmp_path / "notes", 4)
    with Library.open(tmp_path / "library", sglang) as library:
        library.add_folder(tmp_path / "notes")
        assert library.wait(timeout=120).meaning.done == 4
        library.engines.detect()
        assert library.engines.server("embedding").step == "release"
        library.engines.release()
        until(lambda: state(library) == "released")
        assert library.engines.server("embedding").step == "start"
        assert library.search("word5 word7", lanes=("meaning",))
        assert state(library) in ("ready", "busy")
        assert library.engines.check(timeout=60) >= 0
        assert any("fired up" in line for line in library.engines.log())


def test_one_click_installs_then_switches_then_starts(
    index: FakeIndex, engine: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_notes(tmp_path / "notes", 2)
    monkeypatch.setenv(RUNTIME_VARIABLE, json.dumps(asdict(fake_runtime())))
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=120)
        chosen = replace(library.settings, engine="sglang", model_folder=str(model_folder(tmp_path / "model")))
        missing = library.engines.missing(chosen)
        assert missing.runtime
        assert missing.download == sum(len(content) for _, content in stand_ins().values())
        library.engines.use(chosen)
        assert library.settings.engine == "remote"  # until everything is there
        job = library.engines.setup.wait(120)
        assert job is not None
        assert (job.kind, job.state, job.sentence) == ("install", "done", "")
        library.engines.wait_ready(60)
        assert library.settings == chosen == load(tmp_path / "library" / SETTINGS_NAME)
        assert library.engines.detect().installation == "ready"
        assert library.search("note1")


def test_what_was_cancelled_goes_on_where_it_was(index: FakeIndex, engine: Running, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", remote(engine)) as library:
        engines = library.engines
        index.stalled = "stand-in-big"
        engines.setup.install()
        until(index.reached.is_set)
        with pytest.raises(EngineError, match="at the moment"):
            engines.setup.repair()
        engines.setup.cancel()
        job = engines.setup.wait(60)
        assert job is not None
        assert job.state == "cancelled"
        assert engines.known is not None
        assert engines.known.installation == "partial"
        index.stalled = ""
        index.go.set()
        engines.setup.install()
        job = engines.setup.wait(120)
        assert job is not None
        assert (job.state, engines.detect().installation) == ("done", "ready")
        engines.setup.remove()
        engines.setup.wait(60)
        assert engines.detect().installation == "missing"


def test_an_engine_that_is_not_installed_says_so_and_offers_that(index: FakeIndex, tmp_path: Path) -> None:
    settings = Settings(engine="sglang", model="english", model_folder=str(model_folder(tmp_path / "model")))
    with Library.open(tmp_path / "library", settings) as library:
        library.engines.detect()
        library.engines.start()
        until(lambda: state(library) == "failed")
        server = library.engines.server("embedding")
        assert server.step == "install"
        assert "not installed" in server.status.detail
        assert server.status.remedy


def test_the_reranker_is_a_second_server(sglang: Settings, tmp_path: Path) -> None:
    own = str(model_folder(tmp_path / "reranker"))
    settings = replace(sglang, reranker="qwen3-reranker-0.6b", reranker_folder=own)
    with Library.open(tmp_path / "library", settings) as library:
        engines = library.engines
        engines.detect()
        assert [server.which for server in engines.servers()] == ["embedding", "reranker"]
        assert engines.check("reranker", timeout=60) >= 0
        assert engines.server("reranker").step == "release"
        assert state(library) == "stopped"  # one at a time, each when it is needed
        engines.release("reranker")
        until(lambda: engines.server("reranker").status.state == "released")
        assert any("fired up" in line for line in engines.log("reranker"))
    with Library.open(tmp_path / "library", sglang) as library, pytest.raises(EngineError, match="no reranker"):
        library.engines.check("reranker")


def done(library: Library) -> EngineJob:
    """The last job, once it ended."""
    job = library.engines.setup.wait(120)
    assert job is not None
    return job


def test_a_model_is_fetched_verified_and_deleted(hub: FakeHub, engine: Running, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", replace(remote(engine), hub_mirror=hub.url)) as library:
        engines = library.engines
        engines.setup.download("qwen3-0.6b")
        assert (done(library).state, done(library).model) == ("done", "qwen3-0.6b")
        there = engines.detect().model("qwen3-0.6b")
        assert there is not None
        assert there.weights == "ready"
        assert not engines.missing(replace(library.settings, engine="sglang", sglang="x", model="qwen3-0.6b"))
        engines.setup.verify("qwen3-0.6b")
        assert (done(library).kind, done(library).state) == ("verify", "done")
        (file,) = (tmp_path / "data" / "models").rglob("model.safetensors")
        file.write_bytes(file.read_bytes()[:-1] + b"x")
        engines.setup.verify("qwen3-0.6b")
        assert done(library).state == "failed"
        assert done(library).remedy
        engines.setup.delete("qwen3-0.6b")
        assert done(library).state == "done"
        assert engines.detect().models[0].weights == "missing"


def test_a_hub_that_does_not_answer_is_told(engine: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDLING_DATA", str(tmp_path / "data"))
    with Library.open(tmp_path / "library", replace(remote(engine), hub_mirror="http://127.0.0.1:9")) as library:
        library.engines.setup.download("qwen3-0.6b")
        job = done(library)
        assert job.state == "failed"
        assert job.sentence.endswith(".")
        assert job.remedy


def test_a_folder_of_ones_own_is_never_fetched_into(sglang: Settings, tmp_path: Path) -> None:
    """What is wrong with it is said by the engine that cannot start on it."""
    settings = replace(sglang, model="qwen3-0.6b", model_folder=str(tmp_path))
    there = capabilities.detect(settings)
    model = there.model("qwen3-0.6b")
    assert model is not None
    assert model.weights == "broken"
    assert not there.missing(settings)
    assert there.missing(replace(settings, model_folder="")).models == ("qwen3-0.6b",)


def test_the_first_hits_are_put_in_the_reranker_s_order_when_it_is_ready(
    sglang: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerank, "BUDGET_SECONDS", 60.0)
    own = str(model_folder(tmp_path / "reranker"))
    settings = replace(sglang, reranker="qwen3-reranker-0.6b", reranker_folder=own)
    write_notes(tmp_path / "notes", 4)
    with Library.open(tmp_path / "library", settings) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=120)
        library.engines.check("reranker", timeout=60)
        *_, before, after = library.queries.search_steps("word5 note2 begins")
        assert {hit.path for hit in after} == {hit.path for hit in before}
        assert all(hit.answers is not None for hit in after)
        assert [hit.chance for hit in after] == sorted((hit.chance for hit in after), reverse=True)
