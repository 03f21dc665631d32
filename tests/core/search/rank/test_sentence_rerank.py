"""Sentence rerank: the best sentences of the first hits are chosen semantically and shown first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.document import Document, Hit, Passage, RetrieverMatch
from core.search.present.highlighter import Highlighter
from core.search.present.snippet import MAX_SNIPPET_CHARS, snippet_from
from core.search.query import parse
from core.search.rank.fusion import Scales
from core.search.rank.sentence_rerank import (
    MAX_CANDIDATE_CHARS,
    MAX_SENTENCE_HITS,
    MIN_COSINE_GAIN,
    SentenceCandidates,
    best_sentences,
    reordered,
    sentence_cosines,
    sentence_gains,
)
from core.store.catalogue.passages_table import PassageRow
from core.store.lexical import analyzers
from tests.core.search.test_searcher import STAT, SearchableLibrary, unit_vector

PASSAGE = (
    "The harbour is a place of many boats and of more gulls. In summer people swim near the lighthouse every day. "
    "From November on no ship may enter it any more. The gulls stay."
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SearchableLibrary]:
    library = SearchableLibrary(tmp_path)
    yield library
    library.close()


def hit_of(number: int, score: float) -> Hit:
    found = (RetrieverMatch("meaning", 1, 0.5, score),)
    return Hit(f"/made/{number}", "", "text", None, score, frozenset({"meaning"}), "", (), (), findings=found)


def add_passage(library: SearchableLibrary, path: str, text: str) -> None:
    """Add a document whose only passage is its whole text."""
    with library.catalogue.transaction():
        content = library.catalogue.contents.put(path.encode().ljust(32), Document(text, "text"))
        library.catalogue.passages.put(content, library.index_set.chunking_id, [Passage(0, 0, len(text), 9, None, 1)])
        home = library.catalogue.folders.add(b"/made", single=False)
        number = library.catalogue.files.put(home, path.encode(), STAT, kind="text", readable=True)
        library.catalogue.files.set_read(number, content, STAT, None)
    library.set_vectors(content, unit_vector(0))
    library.update_indexes()


def test_the_nearest_sentence_is_shown_first_and_marked(library: SearchableLibrary) -> None:
    add_passage(library, "/made/a.txt", PASSAGE)
    question = "when is the harbour closed"
    hits = library.searcher.search(parse(question), unit_vector(0), limit=5)
    assert hits[0].snippet.startswith("The harbour")
    (candidates,) = library.searcher.sentence_candidates(parse(question), hits)
    assert candidates.texts[2] == "From November on no ship may enter it any more."
    vectors = np.array([unit_vector(1), unit_vector(2), unit_vector(0)])[: len(candidates.texts)]
    (reranked,) = library.searcher.rerank(
        parse(question), hits, [candidates], sentence_cosines([candidates], vectors, unit_vector(0)), unit_vector(0)
    )
    assert reranked.snippet.startswith("From November on no ship")
    assert reranked.marks == ()
    assert reranked.sentence is not None
    assert reranked.snippet[slice(*reranked.sentence)] == candidates.texts[2]
    assert reranked.passages[0].sentence == reranked.sentence
    assert (reranked.passages[0].snippet, reranked.path, reranked.score) == (
        reranked.snippet,
        hits[0].path,
        hits[0].score,
    )
    assert reranked.nearest == pytest.approx(1.0)


def test_a_document_comes_first_whose_sentence_answers(library: SearchableLibrary) -> None:
    """The passages have equal cosines; one sentence of the last passage has a higher one than any other."""
    for name in "abc":
        add_passage(library, f"/made/{name}.txt", PASSAGE.replace("lighthouse", name * 3))
    before = library.searcher.search(parse("when is it closed"), unit_vector(0, 1), limit=5)
    assert [Path(hit.path).name for hit in before] == ["a.txt", "b.txt", "c.txt"]
    candidates = library.searcher.sentence_candidates(parse("when is it closed"), before)
    cosines = [np.full(len(one.texts), 0.1 + 0.3 * (one.place == 2), np.float32) for one in candidates]
    after = library.searcher.rerank(parse("when is it closed"), before, candidates, cosines, unit_vector(0, 1))
    assert [Path(hit.path).name for hit in after] == ["c.txt", "a.txt", "b.txt"]
    assert [hit.score for hit in after] == [hit.score for hit in before]
    assert [hit.nearest for hit in after] == pytest.approx([0.4, 0.1, 0.1])
    assert after[0].chance > after[1].chance == after[2].chance
    assert {hit.path for hit in after} == {hit.path for hit in before}


def test_hits_of_a_reranker_and_of_a_like_query_keep_their_order(library: SearchableLibrary) -> None:
    for name in "abc":
        add_passage(library, f"/made/{name}.txt", PASSAGE.replace("lighthouse", name * 3))
    for question, answers in (("when is it closed", 0.5), ("like:/made/a.txt when is it closed", None)):
        hits = library.searcher.search(parse(question), unit_vector(0, 1), limit=5)
        before = [replace(hit, answers=answers) for hit in hits]
        candidates = library.searcher.sentence_candidates(parse(question), before)
        cosines = [np.full(len(one.texts), 0.1 * one.place, np.float32) for one in candidates]
        after = library.searcher.rerank(parse(question), before, candidates, cosines, unit_vector(0, 1))
        assert [(hit.path, hit.nearest) for hit in after] == [(hit.path, None) for hit in before]
        assert [after[one.place].snippet[:20] for one in candidates] == [one.texts[0][:20] for one in candidates]


@given(
    st.lists(st.tuples(st.floats(-3, 9), st.none() | st.floats(-1, 1)), max_size=MAX_SENTENCE_HITS + 3),
)
def test_the_order_is_a_permutation_of_the_first_places(made_up: list[tuple[float, float | None]]) -> None:
    hits = [hit_of(number, score) for number, (score, _) in enumerate(made_up)]
    nearest = {place: cosine for place, (_, cosine) in enumerate(made_up) if cosine is not None}
    first = hits[:MAX_SENTENCE_HITS]
    after = reordered(hits, sentence_gains(first, nearest, Scales(0.5, 0.1)))
    assert sorted(hit.path for hit in after[:MAX_SENTENCE_HITS]) == sorted(hit.path for hit in hits[:MAX_SENTENCE_HITS])
    assert after[MAX_SENTENCE_HITS:] == hits[MAX_SENTENCE_HITS:]
    assert [hit.score for hit in after] == [hit.score for hit in hits]
    ranked = sorted(hits, key=lambda hit: -hit.score)
    assert reordered(ranked, sentence_gains(ranked, {}, Scales(0.5, 0.1))) == ranked


def test_a_sentence_that_is_hardly_nearer_changes_nothing() -> None:
    row = PassageRow(1, 1, 0, 60, 9, None, 1)
    candidates = SentenceCandidates(0, row, (0, 30), ((0, 30), (31, 60)), ("one", "two"))
    cosines = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    hardly, clearly = (
        np.array([0.5, 0.5 + MIN_COSINE_GAIN / 2], np.float32),
        np.array([0.5, 0.5 + 2 * MIN_COSINE_GAIN], np.float32),
    )
    assert best_sentences([candidates], sentence_cosines([candidates], cosines, hardly)) == []
    assert best_sentences([candidates], sentence_cosines([candidates], cosines, clearly)) == [(candidates, (31, 60))]


def test_candidates_are_of_the_first_hits_and_within_the_budget(library: SearchableLibrary) -> None:
    for number in range(MAX_SENTENCE_HITS + 3):
        add_passage(library, f"/made/{number}.txt", f"Number {number} of some. " + PASSAGE)
    hits = library.searcher.search(parse("harbour"), unit_vector(0), limit=20)
    assert len(library.searcher.sentence_candidates(parse("harbour"), hits)) == MAX_SENTENCE_HITS
    add_passage(library, "/made/long.txt", "A harbour, a harbour, a harbour, harbour. " * (MAX_CANDIDATE_CHARS // 30))
    hits = library.searcher.search(parse("harbour"), None, limit=20)
    assert (
        sum(len(text) for one in library.searcher.sentence_candidates(parse("harbour"), hits) for text in one.texts)
        <= MAX_CANDIDATE_CHARS
    )


def test_a_hit_without_text_and_a_closed_searcher_have_no_candidates(library: SearchableLibrary) -> None:
    add_passage(library, "/made/a.txt", PASSAGE)
    hits = library.searcher.search(parse("harbour"), unit_vector(0), limit=5)
    assert library.searcher.sentence_candidates(parse("harbour"), []) == []
    library.searcher.close()
    assert library.searcher.sentence_candidates(parse("harbour"), hits) == []
    assert library.searcher.rerank(parse("harbour"), hits, [], [], unit_vector(0)) == hits


@pytest.mark.parametrize(
    "sentence", ["A short one.", "word " * 120 + "end.", "港は冬の間閉鎖されます。", "هل الميناء مغلق؟"]
)
def test_a_snippet_from_a_sentence_is_of_the_passage(sentence: str) -> None:
    passage = f"Something before. {sentence} Something after."
    at = passage.index(sentence)
    excerpt = snippet_from(
        passage, (at, at + len(sentence)), Highlighter(analyzers.query_terms("nowhere"), ("english",))
    )
    assert len(excerpt.text) <= MAX_SNIPPET_CHARS + 2
    assert excerpt.start == at
    assert excerpt.text.removesuffix("…").strip()[:9] == sentence[:9]
    assert all(0 <= start < end <= len(excerpt.text) for start, end in excerpt.marks)
