from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from gettext import NullTranslations

import pytest

from core.document import Hit, Kind, Retriever
from core.events import EngineState, EngineStatus, ExclusionEffect, ModelSwitch, PauseState, Progress, RetrieverProgress
from core.messages import tr, use
from gui.status import progress_text
from gui.status.details import rows
from gui.status.problem_counts import ProblemCounts
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


def test_a_row_without_a_passage_says_what_it_is() -> None:
    named, listed = frozenset({"names"}), frozenset()

    def row(path: str, kind: Kind, lanes: frozenset[Retriever]) -> str:
        return messages.without_passage(Hit(path, "", kind, None, 1.0, lanes, "", (), ()))

    mailbox = "Mailbox: each of its messages is a result of its own"
    assert row("/mail/Inbox", "mail", named) == row("/mail/2024.mbox", "mail", listed) == mailbox
    assert row("/mail/empty.eml", "mail", named) == "Email, found by its name"
    assert row("/mail/empty.eml", "mail", listed) == "Email", "filters alone found it"


def test_an_arabic_name_in_a_sentence_is_ordered_by_itself_without_a_mark() -> None:
    said = tr("{name}, in {folder}", name=messages.shown_name("/docs/عقد.txt"), folder="/docs")
    assert said == "\u2066عقد.txt\u2069, in /docs"
    hostile = tr("{name}, in {folder}", name=messages.shown_name("/docs/عقد\u2067.txt"), folder="/\u2066docs")
    assert said.count("\u2066") == hostile.count("\u2066") == 1, "only our own controls stay"
    assert "⟨RLI⟩" in hostile
    assert "⟨LRI⟩" in hostile


def test_the_summary_says_how_far_meaning_is_and_how_long_it_takes() -> None:
    progress = Progress(
        RetrieverProgress(100),
        RetrieverProgress(100),
        RetrieverProgress(40, 60),
        passages_done=620,
        passages_total=1000,
        eta=700.0,
    )
    assert progress_text.summary(progress) == "Indexing, 12 mins left"
    assert progress_text.done_of(progress, "meaning") == (620, 1000)
    assert progress_text.done_of(progress, "words") == (100, 100)
    assert progress_text.summary(progress, PauseState("paused")) == "Paused"


@pytest.mark.parametrize("state", ["stopped", "failed"])
def test_an_engine_that_is_off_is_said(state: EngineState) -> None:
    some = RetrieverProgress(10)
    progress = Progress(some, some, some, engine=EngineStatus(state))
    assert progress_text.meaning_off(progress)
    assert progress_text.summary(progress) == "Search by meaning: off"
    assert progress_text.summary(replace(progress, engine=EngineStatus("ready"))) == "Everything is up to date"
    assert not progress_text.meaning_off(replace(progress, meaning=RetrieverProgress()))


def test_the_details_agree_with_one_another() -> None:
    progress = Progress(
        RetrieverProgress(376), RetrieverProgress(352, 0, 24), RetrieverProgress(34, 318, 24), 220, 1000, rate=12.0,
        eta=600.0, current="/home/anna/a\u202e.pdf",
    )  # fmt: skip
    found = dict(rows(progress, ProblemCounts(24, 31, 2)))
    assert found["Meaning"] == "34 of 352 files"
    assert found["Passages"] == "220 of 1,000 searchable by meaning"
    assert found["Problems"] == "55 files: 24 could not be read, 31 only in part, 2 ignored"
    assert "⟨RLO⟩" in found["Reading now"]
    assert dict(rows(progress, ProblemCounts(24)))["Problems"] == "24 files"
    assert dict(rows(progress, ProblemCounts(0, 0, 2)))["Problems"] == "2 ignored"
    assert "Problems" not in dict(rows(progress, ProblemCounts()))


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
    assert progress_text.summary(replace(progress, meaning=disable.meaning, handover=disable)) == "Indexing…"
    assert "Only names and words" in progress_text.coverage(replace(failed, handover=disable))


def test_a_path_that_is_no_text_can_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert messages.shown_path("/home/anna/a\udcff.txt") == "~/a\ufffd.txt"
    assert messages.shown_path("/home/annabel/x") == "/home/annabel/x"


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


def test_a_name_of_two_directions_is_ordered_by_itself_and_its_copy_is_as_it_is() -> None:
    name = "فاتورة invoice 2024.txt"
    shown = messages.shown_name(f"/docs/{name}")
    assert shown == f"\u2066{name}\u2069"
    assert messages.unmarked(shown) == name
    assert messages.shown_path(f"/docs/עברית/{name}") == f"\u2066/docs/\u2066עברית\u2069/{shown}\u2069"
    assert messages.typed_path(f"/docs/{name}") == f"/docs/{name}"
    assert messages.shown_name("/docs/Übersicht 北京.txt") == "Übersicht 北京.txt"
