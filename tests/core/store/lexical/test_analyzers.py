"""Analyzers: indexing and querying yield matching terms."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.search.query.sanitize import sanitize
from core.store.lexical import analyzers, inflection, letters


def indexed(text: str) -> set[str]:
    stemmed = analyzers.analyzer("english").analyze(analyzers.to_bigrams(text))
    return {*stemmed, *analyzers.exact_terms(text), *analyzers.variants(text)}


def terms(text: str) -> list[str]:
    return [word.forms[-1] if word.forms else word.text for word in analyzers.query_terms(text)]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60).map(sanitize))  # as every query is, so that none holds the marks of wildcards
def test_every_text_is_found_by_itself(text: str) -> None:
    there = indexed(text)
    for word in analyzers.query_terms(text):
        assert there & {word.text, *word.forms}


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="图书馆冬天関闭のはひท่าเรือ도서관", min_size=1, max_size=12), st.data())
def test_every_run_of_an_unspaced_script_is_found_in_the_whole(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    stop = data.draw(st.integers(start + 1, len(text)))
    assert set(terms(text[start:stop])) <= indexed(text)


def test_a_run_becomes_characters_and_pairs() -> None:
    assert analyzers.to_characters("在ABC图书馆").split() == ["在", "ABC", "图", "书", "馆"]
    assert analyzers.to_bigrams("在ABC图书馆").split() == ["在", "ABC", "图书", "书馆"]
    assert [word.forms for word in analyzers.query_terms("图书馆")] == [("图书",), ("书馆",)]
    assert [(word.text, word.forms) for word in analyzers.query_terms("图")] == [("图", ())]


def test_wide_and_narrow_forms_are_the_same() -> None:
    assert terms("ＡＢＣ １２") == terms("ABC 12")
    assert indexed("ﾊｰﾄﾞ") == indexed("ハード")


def test_other_cases_change_vowels_and_consonants() -> None:
    assert inflection.same_stem("smlouva", ["smluv", "smlad"], ["czech"]) == ["smluv"]
    assert inflection.same_stem("matka", ["matce", "matura"], ["polish"]) == ["matce"]
    assert inflection.same_stem("kauppa", ["kaupan", "kaunis"], ["finnish"]) == ["kaupan"]


def test_folding_for_names() -> None:
    assert letters.fold("Straße ÉCOLE ﬁn Ⅳ") == "strasse ecole fin iv"


def test_stems_and_stop_words() -> None:
    assert terms("the running of the boats") == ["run", "boat"]
    assert terms("to be or not") == ["to", "be", "or", "not"]
    assert terms("what can I do about my gas bill") == ["gas", "bill"]


def test_the_stop_words_are_those_of_the_query_s_language() -> None:
    assert terms("was steht in dem Vertrag über die Katze") == ["steht", "vertrag", "katz"]
    assert terms("les clés de la cave") == ["cles", "cave"]
    assert terms("die hard") == ["die", "hard"]
    assert terms("war and peace") == ["war", "peac"]
    assert terms("was ist das") == ["was", "ist", "das"]
