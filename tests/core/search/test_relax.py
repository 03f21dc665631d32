"""Relaxing a query that finds nothing."""

from __future__ import annotations

from core.search.query import Filter, Not, Query, Term, parse
from core.search.relax import Relaxed, relaxed


def test_each_operator_whose_removal_finds_something_is_reported() -> None:
    finds = {"lease -draft": 3, "lease type:pdf": 0}
    assert list(relaxed(parse("lease type:pdf -draft"), lambda query: finds[query.text])) == [
        Relaxed((Filter("type", "pdf"),), "lease -draft", 3)
    ]


def test_if_no_single_removal_helps_all_operators_are_removed() -> None:
    counted: list[str] = []

    def count(query: Query) -> int:
        counted.append(query.text)
        return 7 if query.text == "lease" else 0

    (found,) = relaxed(parse("lease type:pdf -draft"), count)
    assert found == Relaxed((Filter("type", "pdf"), Not(Term("draft"))), "lease", 7)
    assert counted == ["lease -draft", "lease type:pdf", "lease"]


def test_there_may_be_nothing_to_drop() -> None:
    assert list(relaxed(parse("lease"), lambda _: 1)) == []
    assert list(relaxed(parse("type:pdf"), lambda _: 1)) == []
    assert list(relaxed(parse("type:pdf -x"), lambda _: 0)) == []


def test_how_results_are_arranged_is_no_reason_for_none() -> None:
    query = parse("lease type:pdf sort:date -draft")
    (found,) = relaxed(query, lambda wider: 7 if "type" not in wider.text else 0)
    assert found == Relaxed((Filter("type", "pdf"),), "lease sort:date -draft", 7)
    (found,) = relaxed(
        parse("lease type:pdf sort:date -draft"), lambda query: 7 if query.text == "lease sort:date" else 0
    )
    assert found.dropped == (Filter("type", "pdf"), Not(Term("draft")))
