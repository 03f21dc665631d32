from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from gettext import NullTranslations

import pytest

from core.events import EngineStatus, ExclusionEffect, ModelSwitch, PauseState, Progress, RetrieverProgress
from core.messages import use
from gui.status import progress_text
from gui.text import messages


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use(NullTranslations(), "en", "en_GB")
    yield
    use(NullTranslations(), "en")


def test_todays_date_is_a_time_and_another_day_is_a_date() -> None:
    noon = time.mktime((2026, 11, 22, 12, 0, 0, 0, 0, -1))
    assert messages.date(noon - 3600, now=noon) == "11:00"
    assert messages.date(noon - 40 * 86400, now=noon) == "13 Oct 2026"
    assert messages.date(0.0) == ""


def test_the_summary_says_how_far_meaning_is_and_how_long_it_takes() -> None:
    progress = Progress(
        RetrieverProgress(100),
        RetrieverProgress(100),
        RetrieverProgress(40, 60),
        passages_done=620,
        passages_total=1000,
        eta=700.0,
    )
    assert progress_text.summary(progress) == "62% searchable by meaning, 12 mins left"
    assert progress_text.summary(progress, PauseState("paused")) == "Paused"


def test_while_nothing_has_been_read_the_names_are_what_is_searched() -> None:
    progress = Progress(RetrieverProgress(1999), RetrieverProgress(0, 1999), RetrieverProgress(0, 1999))
    assert progress_text.coverage(progress) == "1,999 files are searchable by name. Words and meaning follow."


def test_who_answers_is_said_while_another_model_reads() -> None:
    everything = RetrieverProgress(8000)
    progress = Progress(
        everything,
        everything,
        everything,
        handover=ModelSwitch("qwen3-0.6b", RetrieverProgress(1200, 6800)),
        passages_total=9,
    )
    text = "Using the previous model until Qwen3 0.6B is ready: 1,200 of 8,000"
    assert progress_text.summary(progress) == text
    assert progress_text.summary(replace(progress, eta=10_800.0)) == f"{text}, 3 hrs left"
    assert progress_text.coverage(progress) == "8,000 files are searchable by meaning."
    failed = replace(progress, engine=EngineStatus("failed", detail="No memory."))
    assert progress_text.engine_failed(failed)[0].endswith("Findling keeps using the previous one.")
    assert progress_text.coverage(failed) == "8,000 files are searchable by meaning."
    disable = ModelSwitch("qwen3-0.6b", RetrieverProgress(1200, 6800), can_embed=False)
    assert (
        progress_text.summary(replace(progress, meaning=disable.meaning, handover=disable))
        == "15% searchable by meaning"
    )
    assert "Only names and words" in progress_text.coverage(replace(failed, handover=disable))


def test_a_path_that_is_no_text_can_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert messages.shown_path("/home/anna/a\udcff.txt") == "~/a\ufffd.txt"
    assert messages.shown_path("/home/annabel/x") == "/home/annabel/x"


def test_a_server_that_does_not_answer_is_a_trouble_and_a_start_is_none() -> None:
    assert messages.engine_in_trouble(EngineStatus("starting", detail="It does not answer.", remedy="Check it."))
    assert messages.engine_in_trouble(EngineStatus("failed"))
    assert not messages.engine_in_trouble(EngineStatus("starting", detail="The model is being loaded."))


def test_tomorrow_begins_in_the_morning() -> None:
    assert 6 * 3600 <= messages.until_tomorrow() <= 30 * 3600 + 3600


@pytest.mark.parametrize(
    ("effect", "text"),
    [
        (ExclusionEffect(done=True), "Hides nothing."),
        (ExclusionEffect(), "Counting…"),
        (ExclusionEffect(2, 2048), "Hides 2 files, 2.0 kB so far…"),
        (ExclusionEffect(1, 1024, done=True), "Hides 1 file, 1.0 kB."),
        (ExclusionEffect(returning=3, done=True), "Brings back 3 files."),
        (ExclusionEffect(1, 1024, (), 1, done=True), "Hides 1 file, 1.0 kB. Brings back 1 file."),
    ],
)
def test_the_effect_of_exclusions_is_shown(effect: ExclusionEffect, text: str) -> None:
    assert messages.exclusion_effect(effect) == text
