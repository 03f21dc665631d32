"""tantivy's queries put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def boolean_query(*, any_of: Sequence[Any] = (), all_of: Sequence[Any] = (), none_of: Sequence[Any] = ()) -> Any:
    """A boolean query; the scores of the matching clauses are summed."""
    import tantivy

    if none_of and not any_of and not all_of:
        any_of = [tantivy.Query.all_query()]
    must = [(tantivy.Occur.Must, query) for query in all_of]
    should = [(tantivy.Occur.Should, query) for query in any_of]
    return tantivy.Query.boolean_query(must + should + [(tantivy.Occur.MustNot, query) for query in none_of])


def boost_query(query: Any, factor: float) -> Any:
    """A query with its scores multiplied by a factor."""
    import tantivy

    return query if factor == 1 else tantivy.Query.boost_query(query, factor)
