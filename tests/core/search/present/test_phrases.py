"""Phrases in snippets: the sentence with the phrase is shown, and its words are marked only there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.search.present.highlighter import Highlighter
from core.search.present.phrases import PhrasePattern, Phrases
from core.search.present.snippet import MAX_SNIPPET_CHARS, Snippet, snippet
from core.search.query import parse
from core.store.lexical import analyzers
from tests.core.search.retrieve.test_filters import FilterLibrary
from tests.core.search.retrieve.test_filters import library as library  # noqa: PLC0414  a fixture
from tests.core.search.test_searcher import unit_vector

FILLER = "Nothing is said here that anybody would ever look for. " * 6


def of(passage: str, *phrases: str, words: str = "", is_prefix: bool = False) -> Snippet:
    terms = analyzers.query_terms(" ".join((words, *phrases)))
    typed = [PhrasePattern(phrase, is_prefix=is_prefix) for phrase in phrases]
    return snippet(passage, Highlighter(terms, ("english",)), Phrases(typed, terms, ("english",)))


def marked(excerpt: Snippet) -> list[str]:
    return [excerpt.text[start:end] for start, end in excerpt.marks]


def test_the_sentence_with_the_phrase_is_shown_and_only_the_phrase_is_marked() -> None:
    excerpt = of(f"A report is annual, and annual again. {FILLER}We read the annual report.", "annual report")
    assert excerpt.text.endswith("We read the annual report.")
    assert marked(excerpt) == ["annual", "report"]
    cosines = of("A report is annual. We read the Annual Report, as reports are.", "annual report")
    assert marked(cosines) == ["Annual", "Report"]


def test_words_of_the_query_beside_the_phrase_are_marked_too() -> None:
    passage = f"Money in a report that is annual. {FILLER}The annual report tells of annual moneys."
    assert marked(of(passage, "annual report", words="money")) == ["annual", "report", "moneys"]


def test_a_passage_without_the_phrase_is_as_if_there_were_none() -> None:
    assert marked(of("A report is annual.", "annual report")) == ["report", "annual"]


@pytest.mark.parametrize(
    ("passage", "phrase", "found"),
    [
        ("In 2026 4 of 10; version 2026.4.10 is out, not 2026.4.1.", "2026.4.10", ["2026", "4", "10"]),
        ("Un café, un CAFE\u0301 noir; noir café.", "cafe noir", ["CAFE\u0301", "noir"]),
        ("Die Straße und die lange Straße.", "lange strasse", ["lange", "Straße"]),
        ("ＢＥＲＬＩＮ calling, Berlin called", "berlin calling", ["ＢＥＲＬＩＮ", "calling"]),
        ("a abx ab abc", "ab abc", ["ab", "abc"]),
        ("annual\nreport", "annual report", ["annual", "report"]),
        ("annual reports, annual report", "annual report", ["annual", "report"]),
        ("to be or not to be", "not to be", ["not", "to", "be"]),
        ("规则在图书馆。图书馆的规则。", "图书馆的规则", ["图书馆的规则"]),
        ("東京のBerlin支店とBerlinの支店。", "Berlin支店", ["Berlin支店"]),
        ("ไปที่ท่าเรือปิด ท่า", "ท่าเรือ", ["ท่าเรือ"]),
        ("도서관은 닫는다. 도서 관", "도서관은", ["도서관은"]),
        ("ｶﾞｽ会社とガス", "ガス会社", ["ｶﾞｽ会社"]),
        ("المكتبة. مَكتبة مغلقة", "مكتبة مغلقة", ["مَكتبة", "مغلقة"]),
        ("call getUserName or user name", "getUserName", ["getUserName"]),
    ],
)
def test_a_phrase_is_found_as_the_index_has_it(passage: str, phrase: str, found: list[str]) -> None:
    assert marked(of(passage, phrase)) == found


def test_of_a_phrase_that_is_still_typed_the_last_word_may_go_on() -> None:
    assert marked(of("A report. The annual report.", "annual rep", is_prefix=True)) == ["annual", "report"]
    assert marked(of("One annual report.", "nnual report")) == ["report"]


def test_a_sentence_that_is_too_long_begins_a_little_before_the_phrase() -> None:
    excerpt = of("report " + "word " * 200 + "annual report " + "word " * 200, "annual report")
    assert marked(excerpt) == ["annual", "report"]
    assert excerpt.text.index("annual") < MAX_SNIPPET_CHARS // 2


PIECES = st.sampled_from(
    ["annual", "Report", " ", "\n", ". ", "图书", "馆", "ﾊﾞ", "İ", "ß", "e\u0301", "ท่า", "_", "4.", "ﬁ", "ـ", "\u0301"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=4).map("".join))
def test_what_is_marked_of_a_phrase_is_what_the_index_has(text: str, phrase: str) -> None:
    words = analyzers.exact_terms(phrase)
    for spans in Phrases([PhrasePattern(phrase)], [], ()).matches(text, 0, len(text)):
        assert analyzers.exact_terms(text[spans[0][0] : spans[-1][1]]) == words
        assert all(0 <= start < end <= len(text) for start, end in spans)
    of(text, phrase)


def test_a_hit_shows_its_phrase_even_if_another_sentence_is_nearer(library: FilterLibrary) -> None:
    last = "All of it is in the annual report."
    library.add_file(
        "/home/new/years.txt", f"A report that is annual, or annual figures in a report. {FILLER}{last}", 3
    )
    library.update_indexes()
    query = '"annual report" in:new'
    (hit,) = hits = library.searcher.search(parse(query), unit_vector(3, 8), limit=5)
    assert hit.snippet.endswith(last)
    assert marked(Snippet(hit.snippet, hit.marks, 0, 0)) == ["annual", "report"]
    candidates = library.searcher.sentence_candidates(parse(query), hits)
    cosines = [unit_vector(0)[:1].repeat(len(one.sentences)) * 0.1 for one in candidates]
    for values in cosines:
        values[0] = 0.9
    (reranked,) = library.searcher.rerank(parse(query), hits, candidates, cosines, unit_vector(3, 8))
    assert (reranked.snippet, reranked.marks) == (hit.snippet, hit.marks)
