"""What is read first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.indexer.policy.queue import ReadPriority, ReadQueue


def order(backlog: ReadQueue, last: ReadPriority = ReadPriority.OTHER) -> list[int]:
    taken = []
    while (waiting := backlog.take(last)) is not None:
        taken.append(waiting.file_id)
    return taken


def test_the_recent_goes_before_the_old() -> None:
    backlog = ReadQueue([(1, b"/old", 5, 100), (2, b"/new", 5, 300), (3, b"/mid", 5, 200)])
    assert [backlog.place_of(number) for number in (1, 2, 3, 4)] == [3, 1, 2, None]
    assert order(backlog) == [2, 3, 1]


def test_what_was_saved_goes_first_and_a_folder_that_was_added_before_the_backlog() -> None:
    backlog = ReadQueue([(1, b"/a", 5, 900)])
    backlog.add(2, b"/b", 5, 100, ReadPriority.ADDED)
    backlog.add(3, b"/c", 5, 50, ReadPriority.SAVED)
    assert backlog.place_of(1) == 3
    assert order(backlog, ReadPriority.SAVED) == [3]
    assert len(backlog) == 2
    assert order(backlog, ReadPriority.ADDED) == [2]
    assert order(backlog) == [1]


def test_a_file_waits_once_and_never_at_a_later_place() -> None:
    backlog = ReadQueue()
    backlog.add(1, b"/a", 5, 10, ReadPriority.SAVED)
    backlog.add(2, b"/b", 5, 20, ReadPriority.ADDED)
    backlog.add(1, b"/a", 9, 30, ReadPriority.OTHER)
    assert len(backlog) == 2
    first = backlog.take()
    assert first is not None
    assert (first.file_id, first.size, first.rank) == (1, 9, ReadPriority.SAVED)
    assert order(backlog) == [2]


def test_taking_the_list_anew_keeps_the_ranks_and_drops_what_does_not_wait() -> None:
    backlog = ReadQueue([(1, b"/a", 5, 10)])
    backlog.add(2, b"/b", 5, 5, ReadPriority.SAVED)
    backlog.add(3, b"/c", 5, 99, ReadPriority.SAVED)
    backlog.reload([(1, b"/a", 5, 10), (2, b"/b", 5, 5)])
    assert order(backlog) == [2, 1]


FILES = st.tuples(st.integers(1, 8), st.integers(0, 5), st.sampled_from(list(ReadPriority)))


@given(st.lists(FILES))
def test_each_file_comes_out_once_in_order_and_at_its_place(files: list[tuple[int, int, ReadPriority]]) -> None:
    backlog = ReadQueue()
    for number, mtime, rank in files:
        backlog.add(number, b"/x", 1, mtime, rank)
    places = {number: backlog.place_of(number) for number, _, _ in files}
    taken = order(backlog)
    assert sorted(taken) == sorted({number for number, _, _ in files})
    assert [places[number] for number in taken] == list(range(1, len(taken) + 1))
