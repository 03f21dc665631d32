"""The words that the window and the command line share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from gettext import NullTranslations
from typing import get_args

import pytest

from core.document import RETRIEVERS, Band, Kind, Unit
from core.errors import ProblemCode, problem_message, problem_reason
from core.events import PauseReason
from core.messages import amounts, terms, use


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use(NullTranslations(), "en")
    yield
    use(NullTranslations(), "en")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(20, "less than a minute left"), (720, "12 min left"), (10_800, "3 hr left"), (3590, "60 min left")],
)
def test_time_left(seconds: float, text: str) -> None:
    assert amounts.time_left(seconds) == text


def test_hundred_percent_only_when_all_is_done() -> None:
    assert amounts.share_done(9999, 10_000) == "99%"
    assert amounts.share_done(10_000, 10_000) == "100%"
    use(NullTranslations(), "de")
    assert amounts.share_done(45, 100) == "45\xa0%"


def test_counts_have_a_singular_and_grouped_digits() -> None:
    assert amounts.files(1) == "1 file"
    assert amounts.files(7010) == "7,010 files"
    assert amounts.documents(1) == "1 document"
    assert amounts.problems(2) == "2 problems"
    assert amounts.versions(0) == ""
    assert amounts.versions_short(3) == "3 more"


def test_every_value_has_its_own_word() -> None:
    assert len({terms.kind(kind) for kind in get_args(Kind)}) == len(get_args(Kind))
    assert len({terms.place(unit, 3) for unit in get_args(Unit)}) == len(get_args(Unit))
    assert len({terms.strength(band) for band in get_args(Band)}) == len(get_args(Band))
    assert len({terms.strength_with_probability(band, 0.69) for band in get_args(Band)}) == len(get_args(Band))
    assert len({terms.pause_reason(reason) for reason in get_args(PauseReason)}) == len(get_args(PauseReason))
    for words in (terms.retriever, terms.retriever_title, lambda name: terms.retriever_score(name, 0.5)):
        assert len({words(name) for name in RETRIEVERS}) == len(RETRIEVERS)


def test_every_problem_has_a_sentence_and_a_remedy() -> None:
    sentences = {problem_message(code).sentence for code in get_args(ProblemCode)}
    assert len(sentences) == len(get_args(ProblemCode))
    assert all(problem_message(code).remedy for code in get_args(ProblemCode))


@pytest.mark.parametrize("kind", get_args(Kind))
def test_only_pages_and_pictures_are_called_scans(kind: Kind) -> None:
    is_scan = kind in {"pdf", "image"}
    assert ("scan" in problem_message("no_text", kind).sentence) is is_scan
    assert ("scan" in problem_reason("no_text", kind).sentence) is is_scan
    assert problem_message("no_text", kind).remedy
    assert problem_reason("no_text", kind).remedy


def test_the_probability_stands_beside_the_strength() -> None:
    assert terms.strength_with_probability("strong", 0.69) == (
        "Strong match (about 69% likely to answer your question)"
    )


def test_a_sheet_has_its_own_name() -> None:
    assert terms.place("sheet", 2, "Costs") == "Costs"
    assert terms.place("sheet", 2) == "sheet 2"
    assert terms.place("page", 2, "ii") == "p. 2"
    assert terms.place(None, None) == ""


def test_a_pause_ends_today_or_on_a_day_with_a_name() -> None:
    assert terms.pause_reason("paused", time.time()).startswith("Paused until ")
    noon = time.mktime((2026, 11, 22, 12, 0, 0, 0, 0, -1))
    use(NullTranslations(), "en", "en_GB")
    assert amounts.moment(noon, now=noon - 3600) == "12:00"
    assert amounts.moment(noon + 86_400, now=noon) == "Monday, 12:00"


def test_the_effect_of_filters_is_one_sentence() -> None:
    one = [("type:pdf", 1200)]
    assert terms.filter_effect(5000, 1200, one) == "Of 5,000 files: type:pdf leaves 1,200."
    both = [*one, ("in:Letters", 30)]
    says = "Of 5,000 files: type:pdf leaves 1,200; in:Letters leaves 30; all together 7."
    assert terms.filter_effect(5000, 7, both) == says
    assert terms.without("type:pdf", 1) == "Without “type:pdf”: 1 document"
