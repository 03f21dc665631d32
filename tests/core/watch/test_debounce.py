"""When a changed path is due, with a fake clock."""

from __future__ import annotations

import math

from core.watch.debounce import Debouncer


def due(quiet: Debouncer, now: float) -> list[bytes]:
    return [path for _, path, _ in quiet.pop_due(now)]


def test_a_path_is_due_once_it_is_quiet() -> None:
    quiet = Debouncer(1.0, 10.0)
    assert quiet.next_due() == math.inf
    assert quiet.add(1, b"/a/x", 0.0)
    assert quiet.next_due() == 1.0
    assert due(quiet, 0.5) == []
    assert not quiet.add(1, b"/a/x", 0.9)
    assert due(quiet, 1.0) == []
    assert quiet.pop_due(1.9) == [(1, b"/a/x", 0.0)]
    assert (len(quiet), quiet.next_due()) == (0, math.inf)


def test_a_path_that_is_never_quiet_is_due_all_the_same() -> None:
    quiet = Debouncer(1.0, 10.0)
    taken = []
    for tick in range(40):
        quiet.add(1, b"/a/x", tick / 2)
        taken += [tick / 2 for _ in quiet.pop_due(tick / 2)]
    assert taken == [10.0]


def test_what_is_put_back_is_due_a_second_later_however_old_it_is() -> None:
    quiet = Debouncer(1.0, 10.0)
    quiet.reschedule(1, b"/a/x", 0.0, 50.0)
    quiet.add(1, b"/a/x", 50.5)
    assert quiet.pop_due(50.8) == []
    assert quiet.pop_due(51.0) == [(1, b"/a/x", 0.0)]


def test_what_happens_below_a_path_that_waits_happens_to_it() -> None:
    quiet = Debouncer(1.0, 10.0)
    quiet.add(1, b"/a", 0.0)
    quiet.add(1, b"/a/b/c", 0.5)
    quiet.add(1, b"/ab", 0.5)
    quiet.add(2, b"/a/b/c", 0.6)
    assert (quiet.count(1), quiet.count(2)) == (2, 1)
    assert due(quiet, 1.45) == []
    assert due(quiet, 1.5) == [b"/a", b"/ab", b"/a/b/c"]


def test_the_two_ends_of_a_move_are_due_together() -> None:
    quiet = Debouncer(1.0, 10.0)
    quiet.add(1, b"/from", 0.0)
    quiet.add(2, b"/to", 0.01)
    quiet.add(1, b"/later", 0.5)
    assert due(quiet, 1.0) == [b"/from", b"/to"]
    assert quiet.next_due() == 1.5


def test_a_root_is_dropped_alone() -> None:
    quiet = Debouncer(1.0, 10.0)
    quiet.add(1, b"/a", 0.0)
    quiet.add(2, b"/b", 0.0)
    quiet.drop(1)
    assert (quiet.count(1), quiet.count(2), len(quiet)) == (0, 1, 1)
    assert due(quiet, 1.0) == [b"/b"]
    assert quiet.add(1, b"/a", 2.0)
