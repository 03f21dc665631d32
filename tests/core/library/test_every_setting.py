"""A round trip of every setting while everything is up to date: the engine and the answers are as before."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path

import pytest

from core.library import Library
from core.settings import Settings, choices
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, write_notes
from tests.core.library.test_troubles import until

pytestmark = pytest.mark.slow

QUERY = "note3"
OTHER = {
    "passage_tokens": 256,
    "overlap_tokens": 32,
    "readers": 2,
    "batch_tokens": 2048,
    "requests_in_flight": 2,
    "max_file_mb": 300,
    "max_kind_mb": ("code 5",),
    "poll_minutes": 9,
    "exclude": ("*.bak",),
    "sglang": "/opt/sglang",
    "gpus": (1,),
    "memory_gib": 4.0,
    "reranker_memory_gib": 2.0,
    "reranker_folder": "/opt/reranker",
    "idle_minutes": 7,
    "hub": "modelscope",
    "hub_mirror": "https://mirror.example.org",
    "proxy": "http://127.0.0.1:9",
    "ocr_languages": ("deu",),
    "vector_store_url": "http://127.0.0.1:9",
    "vector_store_key": "a key",
    "vector_store_name": "abc",
}
# They choose another model or server, and have tests of their own.
OF_THE_MODEL = {"model", "engine", "remote_url", "remote_key", "model_folder", "reranker", "vector_store"}
WITHOUT_CHOICE = {"ocr_engine"}  # there is one so far


def other_value(name: str, value: object) -> object:
    if isinstance(value, bool):
        return not value
    if name in OTHER:
        return OTHER[name]
    return next(choice for choice in choices(name) if choice != value)


def answers(library: Library) -> list[tuple[str, frozenset[str]]]:
    return [(hit.path, hit.lanes) for hit in library.search(QUERY, 3)]


def test_every_setting_leaves_the_engine_and_the_answers_as_they_are(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 5, words=60)
    before = remote(engine, readers=1, wait_on_load=False)
    names = [field.name for field in dataclasses.fields(Settings) if field.name not in OF_THE_MODEL | WITHOUT_CHOICE]
    with Library.open(tmp_path / "library", before, watch=False) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
        expected = answers(library)
        assert any("meaning" in lanes for _, lanes in expected)
        for name in names:
            for settings in (replace(before, **{name: other_value(name, getattr(before, name))}), before):
                library.change_settings(settings)
                assert library.settings == settings
                library.wait(timeout=60)
                until(lambda: library.progress().engine.state in {"ready", "busy"})
                assert answers(library) == expected, name
                assert library.progress().meaning.waiting == 0, name
