"""Text to terms: the index's and the query's side meet."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.store import analysis


def indexed(text: str) -> set[str]:
    return set(analysis.analyzer().analyze(analysis.spaced(text)))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_every_text_is_found_by_itself(text: str) -> None:
    assert set(analysis.terms(text)) <= indexed(text)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="图书馆冬天関闭のはひท่าเรือ도서관", min_size=1, max_size=12), st.data())
def test_every_run_of_an_unspaced_script_is_found_in_the_whole(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    stop = data.draw(st.integers(start + 1, len(text)))
    assert set(analysis.terms(text[start:stop])) <= indexed(text)


def test_a_run_becomes_characters_and_pairs() -> None:
    assert analysis.spaced("在ABC图书馆").split() == ["在", "ABC", "图", "书", "馆", "图书", "书馆"]
    assert analysis.asked("图书馆").split() == ["图书", "书馆"]
    assert analysis.asked("图").split() == ["图"]


def test_wide_and_narrow_forms_are_the_same() -> None:
    assert analysis.terms("ＡＢＣ １２") == analysis.terms("ABC 12")
    assert indexed("ﾊｰﾄﾞ") == indexed("ハード")


def test_folding_for_names() -> None:
    assert analysis.fold("Straße ÉCOLE ﬁn Ⅳ") == "strasse ecole fin iv"


def test_stems_and_stop_words() -> None:
    assert analysis.terms("the running of the boats") == ["run", "boat"]
    assert analysis.terms("to be or not") == ["to", "be", "or", "not"]
    assert analysis.terms("what can I do about my gas bill") == ["gas", "bill"]


def test_the_stop_words_are_those_of_the_query_s_language() -> None:
    assert analysis.terms("was steht in dem Vertrag über die Katze") == ["steht", "vertrag", "katz"]
    assert analysis.terms("les clés de la cave") == ["cles", "cave"]
    assert analysis.terms("die hard") == ["die", "hard"]
    assert analysis.terms("war and peace") == ["war", "peac"]
    assert analysis.terms("was ist das") == ["was", "ist", "das"]
    assert analysis.stem("Libraries") == "librari"
    assert analysis.stem("...") == ""
