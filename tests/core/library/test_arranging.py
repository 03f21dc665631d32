"""Sorting and counting the results of a query, in a library of real files with an engine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.library import Library
from tests.core.engine.conftest import Running, fake
from tests.core.library.conftest import remote

pytestmark = pytest.mark.slow

DAY = 86_400
NOTES = (  # path, text, age in days
    ("flat/lease.txt", "The deposit is three months of rent.", 400),
    ("flat/Page 10.txt", "A deposit was paid. " * 40, 2),
    ("flat/page 9.html", "<p>The deposit came back.</p>", 40),
    ("money/accounts.csv", "date,deposit\n2024,100\n" * 9000, 0),
    ("money/bread.txt", "Sourdough needs flour and water.", 5),
    ("deposit slip.bin", "", 900),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


@pytest.fixture(scope="module")
def library(engine: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("arranged")
    for name, text, age in NOTES:
        path = root / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        when = time.time() - age * DAY
        os.utime(path, (when, when))
    with Library.open(root / "library", remote(engine)) as library:
        library.add_folder(root / "notes")
        library.wait(timeout=120)
        yield library


def names(library: Library, text: str, limit: int = 10) -> list[str]:
    return [Path(hit.path).name for hit in library.search(text, limit)]


def counts(library: Library, text: str, field: str) -> dict[str, int]:
    return {os.path.basename(one.value): one.count for one in library.queries.facets(text, field)}  # type: ignore[arg-type]


BY_DATE = ["accounts.csv", "Page 10.txt", "page 9.html", "lease.txt", "deposit slip.bin"]


def test_results_are_sorted_by_date_size_and_name(library: Library) -> None:
    assert names(library, "deposit sort:date") == BY_DATE
    assert names(library, "deposit sort:size")[:2] == ["accounts.csv", "Page 10.txt"]
    assert names(library, "deposit sort:name") == [
        "accounts.csv", "deposit slip.bin", "lease.txt", "page 9.html", "Page 10.txt"
    ]  # fmt: skip
    assert set(names(library, "deposit sort:relevance")) >= set(BY_DATE)


def test_a_limit_takes_the_first_in_that_order_not_the_best(library: Library) -> None:
    assert names(library, "deposit sort:date", 2) == BY_DATE[:2]
    assert names(library, "deposit sort:date", 1) == names(library, "ext:csv", 1)


def test_sorted_results_show_the_passage_that_matches(library: Library) -> None:
    hits = {Path(hit.path).name: hit for hit in library.search("deposit sort:date")}
    assert "deposit" in hits["lease.txt"].snippet
    assert hits["lease.txt"].marks
    assert "words" in hits["lease.txt"].lanes


def test_what_does_not_match_is_not_in_a_sorted_list(library: Library) -> None:
    assert "bread.txt" not in names(library, "deposit sort:date")
    assert names(library, "where is the deposit? sort:date") == BY_DATE, "stop words are not required"
    assert names(library, "deposit flour sort:date"), "where nothing has all words, the nearest are sorted"


def test_filters_alone_and_nothing_at_all_are_sorted_too(library: Library) -> None:
    assert names(library, "ext:txt sort:name") == ["bread.txt", "lease.txt", "Page 10.txt"]
    assert names(library, "sort:date")[0] == "accounts.csv"
    assert len(names(library, "sort:size")) == len(NOTES)
    assert names(library, "group:kind") == names(library, "sort:date"), "grouping orders nothing"


def test_a_sorted_list_keeps_its_order_when_it_is_reranked(library: Library) -> None:
    steps = list(library.queries.search_steps("when is the deposit paid sort:date"))
    found = [[hit.path for hit in hits] for hits in steps]
    assert len(steps) >= 2
    assert all(hits == sorted(hits, key=lambda hit: -hit.modified) for hits in steps), found


def test_facets_count_what_a_filter_would_leave(library: Library) -> None:
    assert counts(library, "deposit", "type") == {"text": 3, "web": 1, "other": 1}
    for one in library.queries.facets("deposit", "type"):
        assert len(names(library, f"deposit sort:date type:{one.value}")) == one.count, one.value
    assert counts(library, "deposit", "in") == {"notes": 5, "flat": 3, "money": 1}
    assert counts(library, "deposit", "size")["<100kb"] == 4
    assert counts(library, "deposit", "date")["last 7 days"] == 2
    assert counts(library, "deposit", "date")["today"] in {0, 1}, "just after midnight it is yesterday's"


def test_dates_are_counted_as_they_are_filtered(library: Library) -> None:
    for one in library.queries.facets("deposit", "date"):
        field = one.value if ":" in one.value else f'date:"{one.value}"'
        assert len(names(library, f"deposit sort:date {field}")) == one.count, one.value


def test_a_fields_own_filter_does_not_count(library: Library) -> None:
    assert counts(library, "deposit type:text", "type") == counts(library, "deposit", "type")
    assert counts(library, "deposit type:text", "in") == {"notes": 3, "flat": 2, "money": 1}


def test_without_a_query_everything_is_counted(library: Library) -> None:
    assert sum(counts(library, "", "type").values()) == len(NOTES)
    assert counts(library, "sort:date", "in")["notes"] == len(NOTES)


def test_dates_count_documents_by_their_own_day_too(engine: Running, tmp_path: Path) -> None:
    mail = "From: a@example.org\nTo: b@example.org\nSubject: Deposit\nDate: Tue, 05 Feb 2019 10:00:00 +0000\n\nText.\n"
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail/deposit.eml").write_text(mail, encoding="utf-8")
    (tmp_path / "mail/deposit.txt").write_text("The deposit.", encoding="utf-8")
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "mail")
        library.wait(timeout=120)
        found = counts(library, "deposit", "date")
        before = next(value for value in found if value.startswith("before:"))
        assert (found["last 7 days"], found[before]) == (2, 1)
        assert names(library, f"deposit {before}") == ["deposit.eml"]


def test_an_option_of_a_command_is_text_where_a_document_has_it(engine: Running, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/unpack.txt").write_text("Unpack it with tar -xzf archive.tgz.", encoding="utf-8")
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait("words", timeout=120)
        assert library.queries.parse("tar -xzf").operators
        assert not library.queries.as_meant("tar -xzf").operators
        assert [str(part) for part in library.queries.as_meant("tar -draft").operators] == ["-draft"]
