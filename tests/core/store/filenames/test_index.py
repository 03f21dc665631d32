"""The index of file names: words, prefixes, infixes and typing errors in any script."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest

from core.store.filenames import terms
from core.store.filenames.index import FilenameIndex
from core.store.lexical.letters import fold

PATHS = {
    1: b"/home/ann/Travel Costs 2024.xlsx",
    2: b"/home/ann/myTravelDiary.txt",
    3: "/home/ann/Prüfungsordnung_Zürich.pdf".encode(),
    4: "/home/ann/図書館の規則.docx".encode(),
    5: "/home/ann/年度预算.xlsx".encode(),
    6: b"/home/ann/taxes/scan-0042.pdf",
    7: b"/home/ann/caf\xe9 menu.txt",
    8: "/home/ann/Отчёт за год.odt".encode(),
    9: "/home/ann/도서관 이용.txt".encode(),
}


@pytest.fixture
def names() -> FilenameIndex:
    return FilenameIndex(PATHS.items())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("travel costs", [1]),
        ("COSTS travel", [1]),
        ("travel", [1, 2]),
        ("diary", [2]),
        ("trav dia", [2]),
        ("mytraveldiary", [2]),
        ("mytrav", [2]),
        ("traveldairy", []),
        ("travle costs", [1]),
        ("prüfungsordnugn", [3]),
        ("0043", []),
        ("prufungsordnung", [3]),
        ("Prüfungsordnung zürich", [3]),
        ("ordnung", [3]),
        ("図書", [4]),
        ("規", [4]),
        ("预算", [5]),
        ("0042", [6]),
        ("taxes scan", [6]),
        ("taxes", []),
        ("menu", [7]),
        ("отчет", [8]),
        ("도서관", [9]),
        ("travel zebra elephant", []),
        ("", []),
        ("a", []),
        ("!!!", []),
        ("xlsx", [1, 5]),
    ],
)
def test_a_query_finds_files_by_name(names: FilenameIndex, query: str, expected: list[int]) -> None:
    assert sorted(number for number, _ in names.search(query, 10)) == expected


def test_the_name_that_holds_little_else_comes_first(names: FilenameIndex) -> None:
    names.put(20, b"/x/travel.txt")
    found = names.search("travel", 10)
    assert found[0][0] == 20
    assert all(0 < score <= 1 for _, score in found)
    assert len(names.search("travel", 2)) == 2


def test_equal_names_come_in_the_order_of_their_numbers() -> None:
    names = FilenameIndex([(number, b"/x/report.txt") for number in (5, 3, 9)])
    assert [number for number, _ in names.search("report", 10)] == [3, 5, 9]


def test_a_file_that_is_renamed_or_gone(names: FilenameIndex) -> None:
    names.put(2, b"/home/ann/other.txt")
    names.remove([1, 777])
    assert names.search("travel", 10) == []
    assert len(names) == len(PATHS) - 1


def test_a_name_of_any_bytes_does_no_harm() -> None:
    names = FilenameIndex(
        [(1, bytes(range(1, 47)) + bytes(range(48, 256))), (2, b""), (3, b"/"), (4, b"/" + b"\xff" * 255)]
    )
    names.search(os.fsdecode(b"\xff\xfe"), 10)
    assert names.search("abcdefg", 10)[0][0] == 1


def test_searching_while_another_thread_changes_the_names(names: FilenameIndex) -> None:
    stop, wrong = threading.Event(), []

    def search() -> None:
        while not stop.is_set():
            if 1 not in [number for number, _ in names.search("travel costs", 10)]:
                wrong.append(1)

    thread = threading.Thread(target=search)
    thread.start()
    for number in range(1000, 4000):
        names.put(number, b"/x/%d.txt" % number)
        names.remove([number - 10] if number > 1010 else [])
    stop.set()
    thread.join()
    assert wrong == []


def test_exact_beats_prefix_beats_infix_beats_fuzzy() -> None:
    paths = {
        4: b"/x/harbuor.txt",
        3: b"/x/newharbour.txt",
        2: b"/x/harbours.txt",
        1: b"/x/the old harbour plan of 1898.txt",
    }
    names = FilenameIndex(paths.items())
    assert [number for number, _ in names.search("harbour", 10)] == [1, 2, 3]
    names.remove([1, 2])
    assert [number for number, _ in names.search("harbour", 10)] == [3, 4]


def test_capitals_within_a_word_begin_another() -> None:
    names = FilenameIndex([(1, b"/x/readPDFFile.py"), (2, b"/x/HTMLParser.cs"), (3, b"/x/parser.cs")])
    assert [number for number, _ in names.search("pdf file", 10)] == [1]
    assert [number for number, _ in names.search("parser", 10)] == [3, 2]
    assert [number for number, _ in names.search("htmlparser", 10)] == [2]


def test_a_freed_slot_is_reused(names: FilenameIndex) -> None:
    names.remove([1])
    names.put(50, b"/home/eve/Invoice.pdf")
    assert names.search("travel costs", 10) == []
    assert [number for number, _ in names.search("invoice", 10)] == [50]
    assert names.in_folder("eve") == {50}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("travel", {1, 2}),
        ("el Cos", {1}),
        ("Costs*24", {1}),
        ("24*costs", set()),
        ("myTravelDiary", {2}),
        ("zurich", {3}),
        ("規則", {4}),
        ("menu.txt", {7}),
    ],
)
def test_files_with_a_text_in_their_name(names: FilenameIndex, text: str, expected: set[int]) -> None:
    assert names.matching_name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("travel costs", {1}), ("costs travel", set()), ("cost", set()), ("Diary", {2}), ("規則", {4}), ("", set())],
)
def test_files_whose_name_has_whole_words(names: FilenameIndex, text: str, expected: set[int]) -> None:
    assert names.with_words(text) == expected


def test_files_with_pieces_in_their_name() -> None:
    names = FilenameIndex([(1, b"/x/%s.txt" % (b"a" * 200)), (2, b"/x/banana split.txt"), (3, b"/x/myTravelDiary.txt")])
    assert names.matching_name("*".join("a" * 40) + "*b") == set()
    assert names.matching_name("a*a*a*s*t") == {2}
    assert names.matching_name("a*a*a*a*s") == set()
    assert names.matching_name("diary*mytravel") == set()  # the words, and then the same words as they are written
    assert names.matching_name("*") == names.matching_name("") == {1, 2, 3}


def test_files_by_their_folders(names: FilenameIndex) -> None:
    assert names.in_folder("taxes") == names.in_folder("Tax") == names.in_folder("ann/taxes") == {6}
    assert names.in_folder("axes") == set()
    assert names.in_folder("home") == set(PATHS)
    assert names.matching_path("axes") == names.matching_path("taxes/scan") == {6}
    assert names.matching_path("travel") == {1, 2}


def test_a_search_is_restricted_to_some_files(names: FilenameIndex) -> None:
    assert [number for number, _ in names.search("travel", 10, np.array([2, 5]))] == [2]
    assert names.search("travel", 10, np.array([], np.int64)) == []


def test_pending_changes_are_applied_in_order_and_in_parts() -> None:
    names = FilenameIndex(PATHS.items())
    names.put(1, b"/home/ann/renamed.xlsx")
    names.remove([2])
    assert names.process_pending(5)
    assert names.search("renamed", 10) == names.search("renamed", 10) != []
    assert names.search("travel", 10) == []
    assert not names.process_pending(5)


@pytest.mark.parametrize("unsorted", [0, 7, 10_000])
def test_prefixes_are_found_while_names_come_and_go(unsorted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether new words are in order already or not."""
    monkeypatch.setattr(terms, "MIN_UNSORTED", unsorted)
    index = FilenameIndex()
    words = {number: f"{'abcé図'[number % 5]}{'xyz'[number % 3]}{number}" for number in range(1, 121)}
    for number, word in words.items():
        index.put(number, f"/made/{word}.txt".encode())
        if number % 20 == 0:
            index.remove([number - 1])
            here = [one for one in words if one <= number and one % 20 != 19]
            for start in ("ax", "bz1", "e", "c", "zzz"):
                expected = {one for one in here if fold(words[one]).startswith(start)}
                assert {one for one, _ in index.search(start, 500)} == expected, start
