"""A retriever restricted to candidates finds what it finds of these files without a restriction."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store import candidates
from core.store.candidates import Candidates, PassageOwners
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import IndexSet
from core.store.lexical import query
from tests.builders.catalogues import model_spec, put_text, unit_vectors

FILES = 400
WORDS = ["harbour", "closed", "winter", "boats", "land", "cake", "plums", "street", "square", "lamp"]


class ScopeLibrary:
    """Four hundred short documents of a few words each, with vectors."""

    def __init__(self, root: Path) -> None:
        draw = random.Random(5)
        self.catalogue = Catalogue(root, writable=True)
        self.index_set = IndexSet(root, self.catalogue, model_spec(), "lines", writable=True)
        for number in range(FILES):
            lines = "\n".join(" ".join(draw.choices(WORDS, k=draw.randint(1, 6))) for _ in range(3)) + f" {number}"
            content = put_text(
                self.catalogue, f"/made/{draw.choice(WORDS)} {number}.txt", lines, self.index_set.chunking_id
            )
            ids = [row.id for row in self.catalogue.passages.of_content(content, self.index_set.chunking_id)]
            self.index_set.vectors.add(np.array(ids), unit_vectors(ids, 16), content)
        for file, path in self.catalogue.files.all_paths():
            self.index_set.names.put(file, path)
        while self.index_set.apply_changes(self.catalogue):
            self.index_set.words.commit()
        self.owners = PassageOwners(self.catalogue.passages)
        self.passages = self.catalogue.passages.owners_after(0)[:, 0]
        listed = [number for number, _ in self.catalogue.files.all_paths()]
        self.content_by_file = {number: key[1] for number, key in self.catalogue.document_keys(listed).items()}

    def scope(self, files: set[int]) -> Candidates:
        contents = np.array(sorted(self.content_by_file[number] for number in files), np.int64)
        return Candidates(np.array(sorted(files), np.int64), contents, self.owners, np.zeros(0, np.int64))

    def close(self) -> None:
        self.index_set.close()
        self.catalogue.close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScopeLibrary]:
    library = ScopeLibrary(tmp_path_factory.mktemp("scope"))
    yield library
    library.close()


chosen = st.one_of(
    st.sets(st.integers(1, FILES), max_size=12), st.sets(st.integers(1, FILES), min_size=200, max_size=FILES)
)
few = st.sampled_from([0, 50, 10_000])  # for both ways to restrict the lexical index


@given(chosen, few, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.integers(1, 30))
def test_filters_come_before_the_best_are_chosen(
    library: ScopeLibrary, files: set[int], few: int, words: list[str], limit: int
) -> None:
    scope, text, everything = library.scope(files), " ".join(words), 10 * FILES
    inside = set(library.passages[scope.allowed(library.passages)].tolist())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(query, "MAX_TERM_SET_CONTENTS", few)
        found = library.index_set.words.search(text, limit, scope=scope)
    whole = [hit for hit in library.index_set.words.search(text, everything) if hit[0] in inside]
    assert sorted(score for _, score in found) == pytest.approx(sorted(score for _, score in whole[:limit]))
    assert {number for number, _ in found} <= {number for number, _ in whole}
    vector = unit_vectors([len(text)], 16, seed=1)[0]
    near = [hit for hit in library.index_set.vectors.search(vector, everything) if hit[0] in inside]
    assert library.index_set.vectors.search(vector, limit, scope) == near[:limit]
    named = [hit for hit in library.index_set.names.search(text, everything) if hit[0] in files]
    assert library.index_set.names.search(text, limit, scope.files) == named[:limit]


def test_passages_know_their_content(library: ScopeLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    ids, contents = library.catalogue.passages.owners_after(0).T
    for few in (0, len(ids)):  # all read, or these looked up
        monkeypatch.setattr(candidates, "FEW_PASSAGES", few)
        owners = PassageOwners(library.catalogue.passages)
        assert owners.contents_of(ids[::-1]).tolist() == contents[::-1].tolist()
        assert owners.contents_of(np.array([10**6])).tolist() == [0]
    assert not library.scope(set()).allowed(ids).any()


def test_passages_that_come_later_are_known_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = Catalogue(tmp_path, writable=True)
    chunking = catalogue.passages.chunking_id("lines")
    monkeypatch.setattr(candidates, "FEW_PASSAGES", 0)
    owners = PassageOwners(catalogue.passages)
    assert owners.contents_of(np.array([1])).tolist() == [0]
    for number in range(3):
        content = put_text(catalogue, f"/made/{number}.txt", f"{number}\n" * 1500, chunking)
        owned = owners.contents_of(np.arange(1 + 1500 * (number + 1)))
        assert (owned == content).sum() == 1500
        assert (owned[-1500:] == content).all()
    catalogue.close()


def test_all_passages_with_a_word_or_a_phrase(library: ScopeLibrary) -> None:
    words = library.index_set.words
    closed = set(words.passages_with("closing", exact=False).tolist())
    assert closed == {number for number, _ in words.search("closed", 10 * FILES)}
    assert words.passages_with("closing", exact=True).tolist() == []
    side_by_side = set(words.passages_with("closed winter", exact=True).tolist())
    assert side_by_side
    assert side_by_side < closed
    assert words.passages_with("...", exact=False).tolist() == []
