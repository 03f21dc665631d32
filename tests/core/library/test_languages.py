"""The filter by language, its counts, and counts that agree with the rows of the list."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.library import Library
from core.search.query import parse
from core.search.query.languages import LANGUAGES, code_of, parse_languages
from core.search.query.rewrite import values_of, with_values
from core.settings import Settings
from core.store.lexical.language_detection import LANGUAGES as STEMMED
from core.store.lexical.language_detection import recognised_language

TEXTS = {
    "de/brief.txt": "Wir haben die Kündigung der Wohnung erhalten und bestätigen sie für das Ende des Monats. " * 3,
    "de/mixed.txt": "Das ist die Rechnung für den Monat, und der Betrag ist nicht bezahlt. " * 60
    + "\n\n" + "This is the bill for the month, and it was not paid by you. " * 12,
    "en/letter.txt": "We have the notice of the flat and it was for the end of the month. " * 3,
    "fr/lettre.txt": "Nous avons reçu la lettre pour le loyer et elle est dans le dossier de la maison. " * 3,
    "zh/信.txt": "我们已经收到了关于公寓的通知，月底生效。" * 5,
    "ja/手紙.txt": "アパートの解約通知を受け取りました。月末に有効になります。" * 5,
    "numbers.csv": "12;13;14\n" * 50,
}  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("languages")
    for name, text in TEXTS.items():
        path = root / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(root / "notes/de/brief.txt", root / "notes/en/copy of brief.txt")
    with Library.open(root / "library", Settings(watch=False, readers=1)) as opened:
        opened.add_folder(root / "notes")
        opened.wait("words")
        yield opened


def found(library: Library, text: str) -> set[str]:
    return {Path(hit.path).name for hit in library.search(text, 20, lanes=("names", "words"))}


def counts(library: Library, text: str, field: str) -> dict[str, int]:
    return {one.value: one.count for one in library.queries.facets(text, field)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("lang:de", {"brief.txt", "mixed.txt"}),
        ("language:German", {"brief.txt", "mixed.txt"}),
        ("lang:deutsch,fr", {"brief.txt", "mixed.txt", "lettre.txt"}),
        ("lang:zh", {"信.txt"}),
        ("lang:japanese", {"手紙.txt"}),
        ("lang:other", {"numbers.csv"}),
        ("-lang:de -lang:en,fr,zh,ja", {"numbers.csv"}),
        ("month lang:en", {"letter.txt"}),
    ],
)
def test_a_document_is_in_the_language_of_most_of_it(library: Library, text: str, names: set[str]) -> None:
    assert {name.removeprefix("copy of ") for name in found(library, text)} == names


def test_languages_are_counted_and_copies_count_once_as_they_share_a_row(library: Library) -> None:
    expected = {"de": 2, "en": 1, "fr": 1, "ja": 1, "zh": 1, "other": 1}
    assert counts(library, "", "lang") == expected
    assert next(iter(counts(library, "", "lang"))) == "de"
    assert list(counts(library, "", "lang"))[-1] == "other"
    assert counts(library, "lang:fr", "lang") == expected
    everything = len(library.search("size:>0", 20))
    assert everything == sum(counts(library, "", "type").values()) == sum(counts(library, "", "size").values()) == 7
    folders = {Path(path).name: count for path, count in counts(library, "", "in").items()}
    assert (folders["notes"], folders["de"], folders["en"]) == (7, 2, 2), "the copy is found in both"
    assert counts(library, "", "group") == {"kind": 1, "folder": 6, "date": 1}


def test_an_index_of_an_older_version_knows_what_it_stems_in(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    index = library._sessions.current.indexes().words
    languages = library._sessions.current.executor().searcher._filters.languages

    def passages_in(name: str, *, stemmed: bool = False) -> object:
        return index.queries().passages_in(name) if stemmed else np.zeros(0, np.int64)

    monkeypatch.setattr(index, "passages_in", passages_in)
    monkeypatch.setattr(languages, "_change", -1)
    assert counts(library, "", "lang")["de"] == 2
    monkeypatch.undo()
    languages._change = -1


@pytest.mark.parametrize(
    ("name", "code"),
    [("de", "de"), ("German", "de"), ("ger", "de"), ("DEUTSCH", "de"), ("中文", "zh"), ("other", "other"),
     ("klingon", ""), ("no", "no"), ("fi", "fi"), ("f", "")],
)  # fmt: skip
def test_languages_have_names(name: str, code: str) -> None:
    assert code_of(name) == code


def test_an_unknown_language_is_text() -> None:
    assert parse_languages("de, klingon") is None
    assert parse("lang:klingon").words == "lang:klingon"
    assert values_of(parse("lang:German,fr"), "lang") == ("de", "fr")
    assert with_values(parse("lease lang:german"), "lang", ["fr"]) == "lease lang:fr"


def test_each_language_that_is_recognised_has_a_name() -> None:
    known = {names[0] for names in LANGUAGES.values()}
    assert set(STEMMED) <= known
    assert recognised_language("Ich weiß nicht") in {"", "german"}
    assert recognised_language("ខ្ញុំ") == recognised_language("12 13 14") == recognised_language("") == ""
    assert recognised_language("한국어로 쓴 편지") == "korean"
