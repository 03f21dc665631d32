from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from core.errors import BadInputError
from gui.runtime.latest_task import LatestTask, NothingYet

LONG = 240.0  # seconds that a thread may take to come so far, on a busy machine


class Gate:
    """An answer that the test lets through, step by step."""

    def __init__(self) -> None:
        self.started = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)

    def answer(self, question: object) -> Iterator[str]:
        self.started.release()
        assert self.go_on.acquire(timeout=LONG)
        yield f"{question} first"
        yield f"{question} second"


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def latest(qtbot: QtBot, gate: Gate) -> Iterator[LatestTask]:
    tasks = LatestTask(gate.answer, "test")
    yield tasks
    gate.go_on.release(10)
    assert tasks.stop()


def collect(tasks: LatestTask) -> list[object]:
    answers: list[object] = []
    tasks.result_ready.connect(lambda _question, answer: answers.append(answer))
    return answers


def test_every_step_comes_in_order_on_the_main_thread(qtbot: QtBot, latest: LatestTask, gate: Gate) -> None:
    threads = []
    latest.result_ready.connect(lambda *_: threads.append(threading.current_thread()))
    answers = collect(latest)
    gate.go_on.release()
    with qtbot.waitSignal(latest.finished):
        latest.submit("a")
        assert latest.busy
    assert answers == ["a first", "a second"]
    assert threads == [threading.main_thread()] * 2
    assert not latest.busy


def test_answers_to_older_questions_are_dropped(qtbot: QtBot, latest: LatestTask, gate: Gate) -> None:
    answers = collect(latest)
    latest.submit("old")
    assert gate.started.acquire(timeout=LONG)
    for number in range(20):
        latest.submit(number)
    gate.go_on.release(2)
    with qtbot.waitSignal(latest.finished):
        pass
    assert answers == ["19 first", "19 second"]


def test_an_answer_on_its_way_is_dropped_too(qtbot: QtBot, latest: LatestTask, gate: Gate) -> None:
    answers = collect(latest)
    latest.submit("old")
    gate.go_on.release()
    assert gate.started.acquire(timeout=LONG)
    latest.submit("new")  # what "old" has emitted by now waits in the queue of the main thread
    gate.go_on.release()
    with qtbot.waitSignal(latest.finished):
        pass
    assert answers == ["new first", "new second"]


def test_nothing_comes_after_cancel(qtbot: QtBot, latest: LatestTask, gate: Gate) -> None:
    answers = collect(latest)
    latest.submit("a")
    assert gate.started.acquire(timeout=LONG)
    latest.cancel()
    gate.go_on.release()
    latest.submit("b")
    gate.go_on.release()
    with qtbot.waitSignal(latest.finished):
        pass
    assert answers == ["b first", "b second"]


def test_a_known_failure_is_told_and_the_next_question_answered(qtbot: QtBot) -> None:
    def answer(question: object) -> Iterator[object]:
        if question == "bad":
            raise BadInputError("verbatim", sentence="It cannot be read so.", remedy="")
        yield question

    tasks = LatestTask(answer, "test")
    with qtbot.waitSignal(tasks.failed) as failed:
        tasks.submit("bad")
    assert isinstance(failed.args[1], BadInputError)
    with qtbot.waitSignal(tasks.result_ready) as answered:
        tasks.submit("good")
    assert answered.args == ["good", "good"]
    assert tasks.stop()


def test_a_bug_is_raised_where_it_can_be_shown(qtbot: QtBot) -> None:
    def answer(_question: object) -> Iterator[object]:
        raise ZeroDivisionError
        yield

    tasks = LatestTask(answer, "test")
    with capture_exceptions() as raised:
        tasks.submit("a")
        qtbot.waitUntil(lambda: bool(raised))
    assert raised[0][0] is ZeroDivisionError
    assert tasks.stop()


class Slow:
    """Work of which the second result of the request "old" comes when the test lets it; "refresh" begins
    with nothing."""

    def __init__(self) -> None:
        self.gate, self.is_slow = threading.Event(), threading.Event()

    def answer(self, question: object) -> Iterator[str | NothingYet]:
        yield NothingYet() if question == "refresh" else f"{question} first"
        if question == "old":
            self.is_slow.set()
            assert self.gate.wait(LONG)
        yield f"{question} second"


def test_a_first_result_does_not_wait_for_the_rest_of_an_older_request(qtbot: QtBot) -> None:
    slow = Slow()
    tasks = LatestTask(slow.answer, "test", rest_apart=True)
    answers = collect(tasks)
    tasks.submit("old")
    assert slow.is_slow.wait(LONG)
    tasks.submit("new")
    qtbot.waitUntil(lambda: answers[-1:] == ["new first"])
    assert tasks.busy
    with qtbot.waitSignal(tasks.finished):
        slow.gate.set()
    assert [answer for answer in answers if str(answer).startswith("new")] == ["new first", "new second"]
    assert "old second" not in answers
    answers.clear()
    with qtbot.waitSignal(tasks.finished):
        tasks.submit("refresh")
    assert answers == ["refresh second"]
    assert tasks.stop()


def test_none_is_a_result(qtbot: QtBot) -> None:
    tasks = LatestTask(lambda _question: [None], "test")
    answers = collect(tasks)
    with qtbot.waitSignal(tasks.finished):
        tasks.submit("is another window open?")
    assert answers == [None]
    assert tasks.stop()
