"""The engine manager of a library: detecting, checking, choosing and installing."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from core.engine.hardware.capacity import GIB
from core.engine.hardware.machine import Machine
from core.engine.hardware.nvml import Gpu
from core.engine.progress import JobProgress, Tell
from core.errors import EngineAnswerError, EngineError
from core.events import EngineChanged, Event
from core.library import Library, check_server
from core.library.engines import capabilities
from core.library.engines.jobs import Task
from core.settings import SETTINGS_NAME, Settings, load
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, set_fault, until, write_notes

NOBODY = "http://127.0.0.1:9/v1"


def test_a_look_says_what_every_model_costs(engine: Running, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", remote(engine)) as library:
        look = library.engines.detect()
        assert [model.model for model in look.models] == ["qwen3-0.6b", "qwen3-4b", "qwen3-8b"]
        costs = [(model.needs.download, model.needs.disk, model.needs.memory) for model in look.models]
        assert costs == sorted(costs)
        assert all(min(cost) > 0 for cost in costs)
        assert library.engines.known is look
        assert look.model("qwen3-reranker-0.6b") in look.rerankers
        assert look.model("english") is None


def test_the_text_is_counted_in_tokens(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 3, words=100)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        assert library._sessions.token_count() == 0
        library.add_folder(tmp_path / "notes")
        library.wait("words", timeout=60)
        assert 300 <= library._sessions.token_count() <= 1500
        assert library.engines.detect().tokens == library._sessions.token_count()


def test_a_check_asks_for_one_real_vector(engine: Running, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", remote(engine)) as library:
        assert library.engines.check(timeout=60) >= 0
        assert library.engines.server("embedding").status.state in ("ready", "busy")
        set_fault(engine, "other-model")
        with pytest.raises(EngineAnswerError, match="other vectors"):
            library.engines.check(timeout=60)


def test_a_server_elsewhere_is_checked_before_it_is_used(engine: Running, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", remote(engine)):
        check_server(remote(engine))
        with pytest.raises(EngineError, match="does not answer"):
            check_server(replace(remote(engine), remote_url=NOBODY))
        with pytest.raises(EngineAnswerError, match="serves all-MiniLM"):
            check_server(replace(remote(engine), model="multilingual"))


def test_where_to_fetch_from_restarts_nothing(engine: Running, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.engines.wait_ready(60)
        session = library._sessions.current
        library.change_settings(replace(library.settings, hub="modelscope", proxy="http://127.0.0.1:1"))
        assert library._sessions.current is session
        assert load(tmp_path / "library" / SETTINGS_NAME).hub == "modelscope"
        assert library.engines.server("embedding").status.state == "ready"
        library.change_settings(replace(library.settings, readers=2))
        library.wait(timeout=60)
        assert library._sessions.current is not session


UNRELATED: list[dict[str, object]] = [
    {"hidden_files": True},
    {"wait_on_load": True},
    {"wait_on_battery": False},
    {"ask_before_embedding": True},
    {"exclude": ("*.bak",)},
    {"readers": 2},
    {"max_file_mb": 1},
    {"max_kind_mb": ("code 5",)},
    {"poll_minutes": 9},
    {"watch": False},
    {"batch_tokens": 1024},
    {"requests_in_flight": 1},
    {"language": "de"},
    {"hub": "modelscope"},
    {"keep_history": False},
]


def _answers(library: Library) -> list[tuple[object, ...]]:
    return [(hit.path, hit.lanes, hit.snippet, hit.marks) for hit in library.search("note1")]


@pytest.mark.parametrize("change", UNRELATED, ids=lambda change: next(iter(change)))
def test_a_setting_that_is_not_the_engines_leaves_it_running(
    engine: Running, tmp_path: Path, change: dict[str, object]
) -> None:
    write_notes(tmp_path / "notes", 2)
    with Library.open(tmp_path / "library", remote(engine, readers=1)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
        before, server = _answers(library), library._sessions.current.engine
        library.change_settings(replace(library.settings, **change))  # type: ignore[arg-type]
        library.wait(timeout=60)
        assert library._sessions.current.engine is server
        assert library.engines.server("embedding").status.state == "ready"
        assert _answers(library) == before
        assert "meaning" in library.search("note1")[0].lanes


@pytest.mark.parametrize(
    "change", [{"passage_tokens": 300}, {"overlap_tokens": 0}], ids=lambda change: next(iter(change))
)
def test_other_passages_leave_the_engine_running(engine: Running, tmp_path: Path, change: dict[str, object]) -> None:
    write_notes(tmp_path / "notes", 2)
    with Library.open(tmp_path / "library", remote(engine, readers=1)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
        library.change_settings(replace(library.settings, **change))  # type: ignore[arg-type]
        library.wait(timeout=60)
        assert library.engines.server("embedding").status.state == "ready"
        assert "meaning" in library.search("note1")[0].lanes


def test_another_engine_is_started_if_the_one_before_was(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 2)
    with Library.open(tmp_path / "library", Settings(model="english", readers=1)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=240)
        library.change_settings(remote(engine, readers=1))
        until(
            lambda: (status := library._sessions.current.engine.status()).name == "remote" and status.state == "ready"
        )


def test_settings_that_need_nothing_are_used_at_once(engine: Running, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", Settings(model="english", engine="remote", remote_url=NOBODY)) as library:
        assert not library.engines.missing(remote(engine))
        library.engines.use(remote(engine))
        library.engines.wait_ready(60)
        assert library.settings == remote(engine)
        assert library.engines.setup.job() is None


def test_the_graphics_card_needs_sglang_and_the_model(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        chosen = replace(library.settings, engine="sglang", model="qwen3-0.6b", reranker="qwen3-reranker-0.6b")
        missing = library.engines.missing(chosen)
        assert missing.runtime
        assert missing.models == ("qwen3-0.6b", "qwen3-reranker-0.6b")
        assert missing.disk >= missing.download > 5_000_000_000
        assert not library.engines.missing(replace(chosen, engine="builtin"))
        own = library.engines.missing(replace(chosen, sglang="/opt/sglang/bin/python"))
        assert not own.runtime


def test_what_is_fetched_shows_in_the_progress_only_of_an_engine_that_is_off(engine: Running, tmp_path: Path) -> None:
    end = threading.Event()

    def work(tell: Tell, _cancelled: threading.Event) -> bool:
        tell(JobProgress("Fetching SGLang.", 1, 2))
        return end.wait(60)

    heard: list[Event] = []
    with Library.open(tmp_path / "library", remote(engine), report=heard.append) as library:
        library.engines.setup._jobs.begin(Task("install", "", work))
        assert library.progress().engine.state == "installing"
        assert library.engines.server("embedding").step == "cancel"
        assert any(isinstance(event, EngineChanged) and event.status.state == "installing" for event in heard)
        library.engines.wait_ready(60)
        until(lambda: library.progress().engine.state != "installing")
        end.set()
        library.engines.setup.wait(60)


def test_closing_ends_what_is_fetched(tmp_path: Path) -> None:
    def work(_tell: Tell, cancelled: threading.Event) -> bool:
        return not cancelled.wait(60)

    library = Library.open(tmp_path / "library")
    library.engines.setup._jobs.begin(Task("install", "", work))
    library.close()
    job = library.engines.setup.job()
    assert job is not None
    assert job.state == "cancelled"


def test_a_model_that_runs_already_fits_although_its_memory_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    card = Gpu(0, "Card", 12 * GIB, 2 * GIB, (8, 9), 29e12)
    machine = Machine((card,), "580.1", (13, 0), "2.36", 32 * GIB, 400 * GIB)
    monkeypatch.setattr("core.library.engines.capabilities.machine", lambda: machine)
    settings = Settings(engine="sglang", model="qwen3-0.6b")
    there = capabilities.detect(settings, 1_000_000, held=3 * GIB)
    assert (there.best, there.model("qwen3-0.6b").fit.ok) == ("qwen3-0.6b", True)  # type: ignore[union-attr]
    assert there.model("qwen3-0.6b").seconds > 0  # type: ignore[union-attr, operator]
    assert there.together["qwen3-0.6b"]["qwen3-reranker-0.6b"].sentence.endswith("are free now.")
    both = capabilities.detect(settings, held=3 * GIB, held_by_reranker=3 * GIB).together
    assert [both["qwen3-0.6b"][name].ok for name in ("qwen3-reranker-0.6b", "qwen3-reranker-4b")] == [True, False]
    assert capabilities.detect(settings).best == ""
    assert capabilities.detect(replace(settings, memory_gib=1.0), held=3 * GIB).best == ""
