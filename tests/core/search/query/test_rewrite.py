"""Buttons rewrite a typed query: the filter they set is parsed, and everything else stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.search.query import parse
from core.search.query.rewrite import values_of, with_values
from tests.core.search.query.test_parser import texts


@pytest.mark.parametrize(
    ("text", "field", "values", "rewritten"),
    [
        ("lease", "type", ["pdf"], "lease type:pdf"),
        ("", "type", ["pdf", "mail"], "type:pdf,mail"),
        ("type:pdf lease", "type", ["mail"], "type:mail lease"),
        ("lease type:pdf berlin type:mail", "type", ["web"], "lease type:web berlin"),
        ("lease type:pdf", "type", [], "lease"),
        ("lease", "in", ["/home/a b"], 'lease in:"/home/a b"'),
        ("lease", "in", ["/a", "/b"], "lease (in:/a OR in:/b)"),
        ("lease (in:/a OR in:/b)", "in", ["/b"], "lease in:/b"),
        ("lease in:/a OR in:/b", "in", [], "lease"),
        ("lease", "date", ["last 7 days"], 'lease date:"last 7 days"'),
        ("before:2020 lease", "date", ["today"], "date:today lease"),
        ("lease date:today", "date", ["before:2020"], "lease before:2020"),
        ("lease", "sort", ["date"], "lease sort:date"),
        ("when does the lease end?", "type", ["pdf"], "when does the lease end? type:pdf"),
        ('"open phrase', "type", ["pdf"], 'type:pdf "open phrase'),
        ("lease OR", "type", ["pdf"], "type:pdf lease OR"),
        ("(lease", "type", ["pdf"], "type:pdf (lease"),
        (" OR (", "type", ["pdf"], "OR type:pdf ("),
    ],
)
def test_what_a_button_makes_of_a_query(text: str, field: str, values: list[str], rewritten: str) -> None:
    assert with_values(parse(text), field, values) == rewritten


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("lease type:PDF,mail", "type", ("pdf", "mail")),
        ("(in:/a OR in:/b)", "in", ("/a", "/b")),
        ("in:/a OR lease", "in", ()),
        ("-in:/a", "in", ()),
        ("after:2020", "date", ("after:2020",)),
        ('date:"last week" size:>1mb', "date", ("last week",)),
        ("lease", "type", ()),
    ],
)
def test_what_a_button_shows_of_a_query(text: str, field: str, values: tuple[str, ...]) -> None:
    assert values_of(parse(text), field) == values


@given(texts, st.sampled_from([("type", ("pdf",)), ("in", ("/a", "/b c")), ("date", ("before:2020",))]))
def test_any_text_can_be_given_a_filter_and_lose_it_again(text: str, chosen: tuple[str, tuple[str, ...]]) -> None:
    field, values = chosen
    rewritten = parse(with_values(parse(text), field, values))
    assert values_of(rewritten, field) == values
    assert values_of(parse(with_values(rewritten, field, ())), field) == ()


def test_sort_and_group_are_read_from_the_query() -> None:
    query = parse("lease sort:DATE group:kind sort:name")
    assert (query.order, query.grouping, query.is_arrangement) == ("name", "kind", False)
    assert (parse("lease").order, parse("lease").grouping) == ("relevance", "none")
    assert parse("sort:size").is_arrangement
    assert parse("sort:nonsense").words == "sort:nonsense"
