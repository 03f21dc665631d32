"""Wildcards inside words, in texts and in names, in any script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.search.query import Term, parse
from core.store.lexical import wildcards
from tests.core.search.test_searcher import SearchableLibrary

TEXTS = {
    "lease.txt": "The contract was signed in May.",
    "builder.txt": "Two contractors and a CONTRAST in colours.",
    "soup.txt": "Peel the carrots.",
    "typo.txt": "Peel the carrats.",
    "town.txt": "We drove to Heidelberg and to Nürnberg.",
    "hindi.txt": "यह किताबें पुरानी हैं।",
    "russian.txt": "Мы подписали договоры вчера.",
    "arabic.txt": "وقعنا العقود أمس",
    "chinese.txt": "我们签了租房合同书。",
    "japanese.txt": "東京都へ行く",
    "emphasis.txt": "A note on *bold* text.",
    "accent.txt": "Der Müllersche Garten.",
    "Kontrakt_2024.bin": "",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableLibrary]:
    made = SearchableLibrary(tmp_path_factory.mktemp("wildcards"))
    for name, text in TEXTS.items():
        made.add_document(f"/made/{name}", text)
    yield made
    made.close()


def found(library: SearchableLibrary, text: str) -> dict[str, tuple[str, ...]]:
    """The hits that contain the words of a query, by name, with what is highlighted in each."""
    hits = library.searcher.search(parse(text), None, limit=20)
    return {
        Path(hit.path).name: tuple(hit.snippet[start:end] for start, end in hit.marks)
        for hit in hits
        if hit.tier == "contains"
    }


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("contr*", {"lease.txt": ("contract",), "builder.txt": ("contractors", "CONTRAST")}),
        ("contr*t", {"lease.txt": ("contract",), "builder.txt": ("CONTRAST",)}),
        ("carr?ts", {"soup.txt": ("carrots",), "typo.txt": ("carrats",)}),
        ("*berg", {"town.txt": ("Heidelberg", "Nürnberg")}),
        ("n?rn*", {"town.txt": ("Nürnberg",)}),
        ("Mül*", {"accent.txt": ("Müllersche",)}),
        ("mul*", {"accent.txt": ("Müllersche",)}),
        ("किता*", {"hindi.txt": ("किताबें",)}),
        ("Догов*", {"russian.txt": ("договоры",)}),
        ("العق*", {"arabic.txt": ("العقود",)}),
        ("合*书", {"chinese.txt": ("合同书",)}),
        ("租?合", {"chinese.txt": ("租房合",)}),
        ("东?都", {"japanese.txt": ("東京都",)}),
        ("東?都", {"japanese.txt": ("東京都",)}),
        ("peel carr?ts", {"soup.txt": ("Peel", "carrots"), "typo.txt": ("Peel", "carrats")}),
        ("kontr*", {"Kontrakt_2024.bin": ()}),
        ("20?4", {"Kontrakt_2024.bin": ()}),
        ("zebr*", {}),
    ],
)
def test_a_wildcard_finds_and_marks_the_words_that_it_stands_for(
    library: SearchableLibrary, text: str, hits: dict[str, tuple[str, ...]]
) -> None:
    assert found(library, text) == hits


def test_words_with_a_wildcard_can_be_excluded(library: SearchableLibrary) -> None:
    assert set(found(library, "peel -carro*")) == {"typo.txt"}
    assert set(found(library, "drove signed")) | set(found(library, "drove")) == {"town.txt"}
    assert set(found(library, "drove -*berg")) == set()


def test_quotes_make_a_wildcard_text(library: SearchableLibrary) -> None:
    assert not found(library, '"contr*"')
    assert set(found(library, '"*bold*"')) == {"emphasis.txt"}
    assert parse('"contr*" =carr?ts').words == f"contr* carr{wildcards.ONE}ts"


def test_a_model_is_asked_without_the_wildcards() -> None:
    assert parse("lease contr*").meaning == "lease"
    assert parse("contr*").meaning == ""
    assert parse("~contr*").words == ""


@pytest.mark.parametrize(
    "text",
    ["contract?", "what?", "is it true?", "**bold**", "3*4", "*", "A* search", "a ?", "index.php?id=3", "f(*args)"],
)
def test_other_asterisks_and_question_marks_are_text(text: str) -> None:
    assert not any(isinstance(part, Term) and part.is_wildcard for part in parse(text).parts)
    assert wildcards.ANY not in parse(text).words


def test_a_typed_noncharacter_is_no_wildcard() -> None:
    assert wildcards.ANY not in parse(f"contr{wildcards.ANY}").words


def test_a_wildcard_keeps_its_spelling() -> None:
    assert str(parse("contr*  lease")) == "contr* lease"
    assert parse(str(parse("=contr* -*berg"))) == parse("=contr* -*berg")


def test_too_many_words_are_counted_and_the_most_frequent_are_searched(
    library: SearchableLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wildcards, "MAX_WORDS", 1)
    (term,), _ = library.index_set.words.query_terms(parse("carr*s").words)
    assert (term.words, len(term.alternatives.same)) == (2, 1)
