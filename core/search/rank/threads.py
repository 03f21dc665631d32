"""Messages of one conversation that are found by what they quote share a place with the message that they quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def quoting_pairs(numbers: Sequence[int], threads: Mapping[int, str], quoting: frozenset[int]) -> list[tuple[int, int]]:
    """The pairs of places in the list of contents `numbers` that belong together, the better one first.

    `threads` are those of messages, `quoting` the messages whose best passage is a quotation. All of these in one
    thread join one place, with the best message that says the same itself; others keep places of their own.
    """
    by_thread: dict[str, list[int]] = {}
    for place, number in enumerate(numbers):
        if number in threads:
            by_thread.setdefault(threads[number], []).append(place)
    pairs: list[tuple[int, int]] = []
    for places in by_thread.values():
        quotes = [place for place in places if numbers[place] in quoting]
        itself = next((place for place in places if numbers[place] not in quoting), None)
        together = sorted([*quotes, *([] if itself is None else [itself])]) if quotes else []
        pairs += [(together[0], place) for place in together[1:]]
    return pairs
