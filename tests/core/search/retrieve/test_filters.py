"""Operators through the searcher: filters, phrases, negations and reach prefixes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.document import RETRIEVERS, Document
from core.search.query import like_text, parse
from core.store.catalogue.files import KnownFile
from core.store.catalogue.filters import TagFilter
from core.store.catalogue.members_table import StoredMember
from tests.builders.catalogues import lines_of
from tests.core.search.test_searcher import SearchableLibrary, unit_vector

DAY = 86_400 * 10**9
JUNE = 1_717_243_200 * 10**9  # 1 June 2024, noon


class FilterLibrary(SearchableLibrary):
    """A few documents in folders, of several kinds, sizes and dates."""

    def add_file(
        self, path: str, text: str | None, number: int, *, kind: str = "text", days: int = 0, size: int = 10
    ) -> None:
        stat = KnownFile(0, size, JUNE + days * DAY, 7)
        with self.catalogue.transaction():
            home = self.catalogue.folders.add(b"/home", single=False)
            file = self.catalogue.files.put(home, os.fsencode(path), stat, kind=kind, readable=text is not None)
            if text is None:
                return
            document = Document(text, kind, title=Path(path).stem.title(), author="Ann Other")  # type: ignore[arg-type]
            content = self.catalogue.contents.put(text.encode(), document)
            if not self.catalogue.passages.is_chunked(content, self.index_set.chunking_id):
                self.catalogue.passages.put(content, self.index_set.chunking_id, lines_of(text))
            self.catalogue.files.set_read(file, content, stat, None)
        rows = self.catalogue.passages.of_content(content, self.index_set.chunking_id)
        vectors = np.array([unit_vector(number, index + 8) for index, _ in enumerate(rows)], np.float32)
        self.catalogue.vectors.put(self.index_set.model_id, [row.id for row in rows], vectors)
        self.index_set.vectors.add(np.array([row.id for row in rows]), vectors, content)

    def paths(self, text: str, *, retrievers: tuple[str, ...] = RETRIEVERS, limit: int = 20) -> list[str]:
        vector = unit_vector(0, 8)
        hits = self.searcher.search(parse(text), vector, limit=limit, retrievers=retrievers)  # type: ignore[arg-type]
        return [os.path.relpath(hit.path, "/home") for hit in hits]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilterLibrary]:
    library = FilterLibrary(tmp_path_factory.mktemp("filters"))
    library.add_file(
        "/home/flat/lease.pdf", "The lease ends in June.\nRent is paid monthly.", 0, kind="pdf", size=5_000_000
    )
    library.add_file("/home/flat/letter.docx", "We end the lease.\nIn June it ends.", 0, kind="document", days=40)
    library.add_file("/home/old/lease draft.txt", "A draft of the lease.", 0, days=-400)
    library.add_file("/home/work/report.txt", "The annual report.\nAnnual figures, and a report.", 1)
    library.add_file("/home/work/harbour.md", "图书馆的规则。\n闭馆时间 harbour.", 2, days=1)
    library.add_file("/home/flat/sunset lease.jpg", None, 0, kind="image", days=2)
    library.add_file(
        "/home/copy/lease copy.pdf", "The lease ends in June.\nRent is paid monthly.", 0, kind="pdf", days=3
    )
    library.update_indexes()
    yield library
    library.close()


def test_a_document_is_found_by_its_own_date_too(tmp_path: Path) -> None:
    library = FilterLibrary(tmp_path)
    for name in ("old", "new"):
        library.add_file(f"/home/{name}.pdf", f"A lease, {name}.", 0, kind="pdf")
        content = library.catalogue.content_of(f"/home/{name}.pdf".encode())
        assert content is not None
        library.catalogue.own_dates.put(content, "2011-05-17" if name == "old" else "")
    library.update_indexes()
    for text, expected in (
        ("lease docdate:2011", {"old.pdf"}), ("lease docdate:may-2011", {"old.pdf"}), ("lease docdate:2012", set()),
        ("lease date:2011-05-17", {"old.pdf"}), ("lease modified:2011", set()), ("lease before:2012", {"old.pdf"}),
        ("lease -docdate:2011", {"new.pdf"}), ("lease docdate:<2011-05-17", set()),
    ):  # fmt: skip
        assert set(library.paths(text)) == expected, text
    library.close()


def test_files_are_found_by_their_tags(tmp_path: Path) -> None:
    library = FilterLibrary(tmp_path)
    tags = {"a": {"Steuer 2024", "work"}, "b": {"projects/house", "Café"}, "c": {"workshop", "[x]"}, "d": set()}
    for name, of_file in tags.items():
        library.add_file(f"/home/{name}.txt", f"A lease, {name}.", 0)
        (number,) = library.catalogue.tags.files_at([f"/home/{name}.txt".encode()])
        library.catalogue.tags.put({number: of_file})
    library.update_indexes()
    for text, expected in (
        ("tag:work", "a"), ("tag:WORK", "a"), ("tag:work*", "ac"), ("tag:projects", "b"), ("tag:projects/house", "b"),
        ("tag:cafe", "b"), ('tag:"steuer 2024"', "a"), ("tag:steuer*", "a"), ("tag:work,projects", "ab"),
        ("tag:work OR tag:workshop", "ac"), ("-tag:work", "bcd"), ("tag:*", "abc"), ("-tag:*", "d"), ("tag:[x]", "c"),
        ("tag:x", ""), ("lease tag:work", "a"),
    ):  # fmt: skip
        assert set(library.paths(text)) == {f"{name}.txt" for name in expected}, text
    with library.catalogue.transaction():
        (container,) = library.catalogue.tags.files_at([b"/home/a.txt"])
        member = StoredMember(b"/home/a.txt/inner.txt", container, 0, 5, 0, "text")
        inner = library.catalogue.members.put(container, member, 1)
    assert inner in library.catalogue.matching(TagFilter(frozenset({"work"})))[0], "what is in a file has its tags"
    assert inner not in library.catalogue.matching(TagFilter(frozenset({"cafe"})))[0]
    facets = library.searcher.facets(parse("lease"), "tag", None, ("words",))
    assert {(one.value, one.count) for one in facets} == {(tag, 1) for of_file in tags.values() for tag in of_file}
    library.close()


LEASES = {"flat/lease.pdf", "flat/letter.docx", "old/lease draft.txt", "flat/sunset lease.jpg"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lease type:pdf", {"flat/lease.pdf"}),
        ("lease type:pdf,image", {"flat/lease.pdf", "flat/sunset lease.jpg"}),
        ("lease type:pdf OR type:image", {"flat/lease.pdf", "flat/sunset lease.jpg"}),
        ("lease ext:docx", {"flat/letter.docx"}),
        ("lease in:old", {"old/lease draft.txt"}),
        ("lease in:/home/old", {"old/lease draft.txt"}),
        ("lease in:/home/ol", set()),
        ("lease in:copy", {"copy/lease copy.pdf"}),
        ("lease -in:flat -in:copy -in:work", {"old/lease draft.txt"}),
        ("lease name:letter", {"flat/letter.docx"}),
        ("lease path:flat/let", {"flat/letter.docx"}),
        ("lease size:>1mb", {"flat/lease.pdf"}),
        ("lease date:2023", {"old/lease draft.txt"}),
        ("lease date:july-2024", {"flat/letter.docx"}),
        ("lease after:2024-06-03 -date:2024-07", {"copy/lease copy.pdf"}),
        ("lease title:letter", {"flat/letter.docx"}),
        ("lease author:ann title:draft", {"old/lease draft.txt"}),
        ("lease author:nobody", set()),
        ("lease (type:pdf OR in:old) -name:copy", {"flat/lease.pdf", "old/lease draft.txt"}),
    ],
)
def test_filters_apply_to_every_retriever(library: FilterLibrary, text: str, expected: set[str]) -> None:
    assert set(library.paths(text)) == expected
    for retriever in ("names", "words", "meaning"):
        assert set(library.paths(text, retrievers=(retriever,))) <= expected


def test_a_negated_word_never_appears_by_text_or_by_name(library: FilterLibrary) -> None:
    assert "old/lease draft.txt" in library.paths("lease")
    assert set(library.paths("lease -draft", limit=20)).isdisjoint({"old/lease draft.txt"})
    assert "flat/sunset lease.jpg" not in library.paths("lease -sunset")
    assert "flat/letter.docx" not in library.paths("lease -ending")  # any form of the word
    assert "work/harbour.md" not in library.paths("harbour -图书馆")
    assert "work/harbour.md" in library.paths("harbour -馆图")


def test_a_phrase_is_required_of_what_meaning_finds_too(library: FilterLibrary) -> None:
    assert library.paths('"annual report"') == ["work/report.txt"]
    assert library.paths('"report annual"') == []
    assert library.paths('"annual reports"') == []
    assert library.paths('"annual report" lease', retrievers=("meaning",)) == ["work/report.txt"]
    assert library.paths('"图书馆的规则"') == library.paths("「规则」") == ["work/harbour.md"]
    assert library.paths('"lease draft"') == ["old/lease draft.txt"]  # as the file is named
    assert set(library.paths('"lease ends" OR "annual report"')) == {"flat/lease.pdf", "work/report.txt"}
    assert "work/report.txt" not in library.paths('lease -"annual report"')


def test_an_open_phrase_ends_with_a_prefix(library: FilterLibrary) -> None:
    for typed in ('"ann', '"annual', '"annual re', '"annual report'):
        assert library.paths(typed) == ["work/report.txt"]
    assert library.paths('"annual re"') == library.paths('"annual re ') == library.paths('"annual x') == []
    assert library.paths('"lease dra') == ["old/lease draft.txt"]
    assert library.paths("「图书馆的") == ["work/harbour.md"]


def test_the_passage_with_the_phrase_comes_first(library: FilterLibrary) -> None:
    (hit,) = library.searcher.search(parse('"rent is paid" lease ends june'), unit_vector(0, 8), limit=5)
    assert hit.passages[0].line == 2


def test_a_word_with_a_reach_prefix_goes_only_to_its_retrievers(library: FilterLibrary) -> None:
    words = library.searcher.search(parse("=harbour"), unit_vector(0, 8), limit=20)
    assert {retriever for hit in words for retriever in hit.lanes} == {"names", "words"}
    ideas = library.searcher.search(parse("~harbour"), unit_vector(0, 8), limit=20)
    assert {retriever for hit in ideas for retriever in hit.lanes} == {"meaning"}


def test_an_or_of_words_excludes_no_documents(library: FilterLibrary) -> None:
    assert "work/report.txt" in library.paths("harbour OR lease")
    assert set(library.paths("lease OR type:image", retrievers=("names", "words"))) >= LEASES
    assert "work/report.txt" not in library.paths("lease OR type:image")


@pytest.mark.parametrize(
    ("text", "found", "others"),
    [
        ("=annual OR type:pdf", ["work/report.txt"], ["flat/lease.pdf"]),
        ("=annual OR type:image", ["work/report.txt"], ["flat/sunset lease.jpg"]),
        ("=annual OR in:flat", ["work/report.txt"], ["flat/letter.docx", "flat/sunset lease.jpg", "flat/lease.pdf"]),
        ('"annual report" OR (type:image -in:work)', ["work/report.txt"], ["flat/sunset lease.jpg"]),
        ("(=annual OR type:image) -in:old", ["work/report.txt"], ["flat/sunset lease.jpg"]),
        ("=annual (type:pdf OR in:work)", ["work/report.txt"], []),
        ("=zebra OR type:image", [], ["flat/sunset lease.jpg"]),
    ],
)
def test_files_that_only_pass_the_filters_are_listed_after_the_hits(
    library: FilterLibrary, text: str, found: list[str], others: list[str]
) -> None:
    hits = library.searcher.search(parse(text), None, limit=20)
    paths = [os.path.relpath(hit.path, "/home") for hit in hits]
    assert paths[: len(found)] == found
    assert paths[len(found) :] == others
    assert [bool(hit.lanes) for hit in hits] == [True] * len(found) + [False] * len(others)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [hit.path for hit in library.searcher.search(parse(text), None, limit=1)] == [hits[0].path]


def test_a_file_found_semantically_is_not_listed_again(library: FilterLibrary) -> None:
    listed = library.paths("lease OR type:image OR in:old")
    assert set(listed) == LEASES
    assert len(listed) == len(set(listed))


def test_filters_alone_list_the_matching_files_newest_first(library: FilterLibrary) -> None:
    listed = library.paths("in:flat")
    assert listed == ["flat/letter.docx", "flat/sunset lease.jpg", "flat/lease.pdf"]
    assert library.paths("in:flat", limit=2) == listed[:2]
    assert library.paths("-lease -in:old") == ["work/harbour.md", "work/report.txt"]
    hits = library.searcher.search(parse("in:flat"), None, limit=5)
    assert all(hit.lanes == frozenset() for hit in hits)
    assert hits[0].snippet


def test_a_copy_that_fulfils_the_filter_is_the_one_that_is_shown(library: FilterLibrary) -> None:
    (hit,) = library.searcher.search(parse("lease in:copy"), unit_vector(0, 8), limit=5)
    assert (hit.path, hit.also_at) == ("/home/copy/lease copy.pdf", ())


def test_a_pasted_text_matches_no_file_name_and_a_similar_text_is_searched_by_meaning_only(
    library: FilterLibrary,
) -> None:
    long = "lease " * 60
    hits = library.searcher.search(parse(long), unit_vector(0, 8), limit=20)
    assert {retriever for hit in hits for retriever in hit.lanes} == {"words", "meaning"}
    like = library.searcher.search(
        parse(f'{like_text("The lease ends in June.")} -in:"/home/flat"'), unit_vector(0, 8), limit=20
    )
    assert {retriever for hit in like for retriever in hit.lanes} == {"meaning"}
    assert like
    assert not any(hit.path.startswith("/home/flat/") for hit in like)


def test_the_effect_of_each_filter_is_counted(library: FilterLibrary) -> None:
    shuffled = library.searcher.filter_effect(parse("lease type:pdf -draft (in:flat OR in:copy)"))
    assert shuffled is not None
    assert shuffled.by == (("type:pdf", 2), ("-draft", shuffled.files - 1), ("(in:flat OR in:copy)", 4))
    assert shuffled.left == 2
    assert library.searcher.filter_effect(parse("lease harbour")) is None
    phrase = library.searcher.filter_effect(parse('"annual report" lease'))
    assert phrase is not None
    assert (phrase.by, phrase.left) == ((('"annual report"', 1),), 1)


def test_a_filter_sees_files_added_later(library: FilterLibrary) -> None:
    assert library.paths("name:newcomer") == []
    library.add_file("/home/work/newcomer.txt", "Just come.", 5)
    library.update_indexes()
    assert library.paths("name:newcomer") == library.paths('"just come"') == ["work/newcomer.txt"]


@pytest.mark.parametrize(
    "text", ["-", '"', "type:", "(", "~", "-(", "OR", "=", '-"', '""', "size:>", "in:/", "in:~", "-in:/"]
)
def test_half_typed_operators_do_no_harm(library: FilterLibrary, text: str) -> None:
    library.paths(text)
    library.paths(f"lease {text}")


@pytest.mark.parametrize(
    "text",
    [
        "caf\udce9", "\ud83d", '"\ud800 a"', "-\ud800", "=\udce9", "author:\ud800x", "title:\udce9x", "name:\ud800x",
        "path:\ud800x", "in:/\ud800", "in:\ud800x", "in:~\ud800", "like:/\ud800x", "ext:\ud800",
        "(\ud800x OR type:pdf)",
    ],
)  # fmt: skip
def test_a_lone_surrogate_does_no_harm(library: FilterLibrary, text: str) -> None:
    library.paths(text)
    library.paths(f"lease {text} berlin")
    library.searcher.filter_effect(parse(text))


def test_a_folder_whose_name_is_no_text_is_found_by_it(library: FilterLibrary) -> None:
    library.add_file("/home/caf\udce9/bill.txt", "A bill.", 6)
    library.update_indexes()
    assert library.paths("in:/home/caf\udce9") == library.paths("bill in:caf\udce9") == ["caf\udce9/bill.txt"]
    assert library.paths("in:/home/caf\udce8") == []


def test_an_unread_file_has_its_kind(library: FilterLibrary) -> None:
    library.add_file("/home/post/offer.EML", None, 0, kind="mail", days=900)
    library.add_file("/home/post/scan.tiff", None, 0, kind="image", days=902)
    library.add_file("/home/post/disk.iso", None, 0, kind="other", days=903)
    library.update_indexes()
    assert library.paths("type:mail") == ["post/offer.EML"]
    assert library.paths("type:image in:post") == ["post/scan.tiff"]
    assert set(library.paths("type:image")) == {"post/scan.tiff", "flat/sunset lease.jpg"}
    assert library.paths("type:other") == ["post/disk.iso"]
    assert library.paths("type:other,mail") == ["post/disk.iso", "post/offer.EML"]
    assert set(library.paths("in:post -type:mail")) == {"post/disk.iso", "post/scan.tiff"}
    (scan,) = library.searcher.search(parse("name:scan type:image"), None, limit=5)
    assert scan.kind == "image"


def test_what_is_like_a_document_is_found_by_its_stored_vectors(library: FilterLibrary) -> None:
    def like(text: str) -> list[str]:
        return [os.path.relpath(hit.path, "/home") for hit in library.searcher.search(parse(text), None, limit=20)]

    near = like('like:"/home/flat/lease.pdf"')
    assert near[:2] == ["flat/letter.docx", "old/lease draft.txt"]
    assert "flat/lease.pdf" not in near
    assert like('like:"/home/flat/lease.pdf" in:old') == ["old/lease draft.txt"]
    assert like("like:/home/nowhere.txt") == like("like:/home/flat/sunset") == []
