"""The order in which files are read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.indexer.policy.queue import ReadPriority, ReadQueue


def order(queue: ReadQueue, lowest: ReadPriority = ReadPriority.OTHER) -> list[int]:
    taken = []
    while (queued := queue.pop(lowest)) is not None:
        taken.append(queued.file_id)
    return taken


def test_the_recent_goes_before_the_old() -> None:
    queue = ReadQueue([(1, b"/old", 5, 100), (2, b"/new", 5, 300), (3, b"/mid", 5, 200)])
    assert [queue.position_of(number) for number in (1, 2, 3, 4)] == [3, 1, 2, None]
    assert order(queue) == [2, 3, 1]


def test_what_was_saved_goes_first_and_a_folder_that_was_added_before_the_backlog() -> None:
    queue = ReadQueue([(1, b"/a", 5, 900)])
    queue.add(2, b"/b", 5, 100, ReadPriority.ADDED)
    queue.add(3, b"/c", 5, 50, ReadPriority.SAVED)
    assert queue.position_of(1) == 3
    assert order(queue, ReadPriority.SAVED) == [3]
    assert len(queue) == 2
    assert order(queue, ReadPriority.ADDED) == [2]
    assert order(queue) == [1]


def test_a_file_waits_once_and_never_at_a_later_place() -> None:
    queue = ReadQueue()
    queue.add(1, b"/a", 5, 10, ReadPriority.SAVED)
    queue.add(2, b"/b", 5, 20, ReadPriority.ADDED)
    queue.add(1, b"/a", 9, 30, ReadPriority.OTHER)
    assert len(queue) == 2
    first = queue.pop()
    assert first is not None
    assert (first.file_id, first.size, first.priority) == (1, 9, ReadPriority.SAVED)
    assert order(queue) == [2]


def test_taking_the_list_anew_keeps_the_ranks_and_drops_what_does_not_wait() -> None:
    queue = ReadQueue([(1, b"/a", 5, 10)])
    queue.add(2, b"/b", 5, 5, ReadPriority.SAVED)
    queue.add(3, b"/c", 5, 99, ReadPriority.SAVED)
    queue.reload([(1, b"/a", 5, 10), (2, b"/b", 5, 5)])
    assert order(queue) == [2, 1]


FILES = st.tuples(st.integers(1, 8), st.integers(0, 5), st.sampled_from(list(ReadPriority)))


@given(st.lists(FILES))
def test_each_file_comes_out_once_in_order_and_at_its_place(files: list[tuple[int, int, ReadPriority]]) -> None:
    queue = ReadQueue()
    for number, mtime, priority in files:
        queue.add(number, b"/x", 1, mtime, priority)
    positions = {number: queue.position_of(number) for number, _, _ in files}
    taken = order(queue)
    assert sorted(taken) == sorted({number for number, _, _ in files})
    assert [positions[number] for number in taken] == list(range(1, len(taken) + 1))
