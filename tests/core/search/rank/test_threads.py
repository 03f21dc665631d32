"""Which messages share a place because they quote the same conversation."""

from __future__ import annotations

from core.search.rank.threads import quoting_pairs

THREADS = {1: "a", 2: "a", 3: "a", 4: "a", 8: "b", 9: "b"}


def test_what_only_quotes_joins_the_message_that_says_it_itself() -> None:
    assert quoting_pairs([1, 2, 3], THREADS, frozenset({2, 3})) == [(0, 1), (0, 2)]
    assert quoting_pairs([2, 7, 3, 1], THREADS, frozenset({2, 3})) == [(0, 2), (0, 3)]


def test_messages_that_say_something_themselves_keep_their_places() -> None:
    assert quoting_pairs([1, 2, 3], THREADS, frozenset()) == []
    assert quoting_pairs([1, 2, 3, 4], THREADS, frozenset({4})) == [(0, 3)]


def test_conversations_do_not_meet() -> None:
    assert quoting_pairs([1, 8, 2, 9], THREADS, frozenset({2, 9})) == [(0, 2), (1, 3)]
    assert quoting_pairs([5, 6], THREADS, frozenset({5, 6})) == []
