"""One long job at a time, on real threads: progress, cancelling, failure, several tasks."""

from __future__ import annotations

import threading

import pytest

from core.engine.progress import JobProgress, Tell
from core.errors import EngineError, StorageFullError
from core.library.engines.jobs import EngineJob, Jobs, Task, Work


def seen(jobs: Jobs) -> EngineJob:
    job = jobs.current()
    assert job is not None
    return job


@pytest.fixture
def jobs() -> Jobs:
    return Jobs(lambda: None)


def reporting(*steps: JobProgress, until: threading.Event | None = None) -> Work:
    """A job that tells these steps, then waits to be let go or cancelled."""

    def work(tell: Tell, cancelled: threading.Event) -> bool:
        for step in steps:
            tell(step)
        while until is not None and not until.wait(0.01):
            if cancelled.is_set():
                return False
        return True

    return work


def test_what_is_told_can_be_polled(jobs: Jobs) -> None:
    told, end = threading.Event(), threading.Event()

    def work(tell: Tell, _cancelled: threading.Event) -> bool:
        tell(JobProgress("Fetching.", 300, 1000))
        told.set()
        return end.wait(30)

    jobs.begin(Task("download", "qwen3-0.6b", work))
    assert told.wait(30)
    job = seen(jobs)
    assert (job.kind, job.model, job.sentence, job.done, job.total) == (
        "download", "qwen3-0.6b", "Fetching.", 300, 1000,
    )  # fmt: skip
    assert job.running
    end.set()
    ended = jobs.wait(30)
    assert ended is not None
    assert (ended.state, ended.running) == ("done", False)


def test_one_at_a_time(jobs: Jobs) -> None:
    end = threading.Event()
    jobs.begin(Task("install", "", reporting(until=end)))
    with pytest.raises(EngineError, match="Wait for it, or cancel it"):
        jobs.begin(Task("verify", "qwen3-4b", reporting()))
    end.set()
    jobs.wait(30)
    jobs.begin(Task("verify", "qwen3-4b", reporting()))
    ended = jobs.wait(30)
    assert ended is not None
    assert (ended.kind, ended.state) == ("verify", "done")


def test_cancelling_is_told_at_once_and_ends_it(jobs: Jobs) -> None:
    jobs.begin(Task("install", "", reporting(JobProgress("Fetching.", 1, 9), until=threading.Event())))
    jobs.cancel()
    assert seen(jobs).state in ("cancelling", "cancelled")
    ended = jobs.wait(30)
    assert ended is not None
    assert ended.state == "cancelled"


def test_tasks_follow_each_other_and_then_what_comes_after(jobs: Jobs) -> None:
    order: list[str] = []

    def noting(name: str) -> Work:
        def work(_tell: Tell, _cancelled: threading.Event) -> bool:
            order.append(f"{name} is {seen(jobs).kind}")
            return True

        return work

    tasks = (Task("install", "", noting("first")), Task("download", "qwen3-0.6b", noting("second")))
    jobs.begin(*tasks, then=lambda: order.append("then"))
    jobs.wait(30)
    assert order == ["first is install", "second is download", "then"]
    assert (seen(jobs).kind, seen(jobs).state) == ("download", "done")


def test_nothing_follows_what_was_cancelled(jobs: Jobs) -> None:
    after: list[str] = []
    first = Task("install", "", reporting(until=threading.Event()))
    second = Task("download", "qwen3-0.6b", reporting())
    jobs.begin(first, second, then=lambda: after.append("then"))
    jobs.cancel()
    ended = jobs.wait(30)
    assert ended is not None
    assert (ended.kind, ended.state, after) == ("install", "cancelled", [])


def test_a_failure_has_its_sentence_and_its_remedy(jobs: Jobs) -> None:
    def work(_tell: Tell, _cancelled: threading.Event) -> bool:
        raise StorageFullError("verbatim", sentence="The disk is full.", remedy="Free 3 GB.")

    jobs.begin(Task("download", "qwen3-8b", work), then=lambda: pytest.fail("it went on"))
    ended = jobs.wait(30)
    assert ended is not None
    assert (ended.state, ended.sentence, ended.remedy) == ("failed", "The disk is full.", "Free 3 GB.")
    jobs.forget()
    assert jobs.current() is None


def test_closing_cancels_and_begins_nothing_more(jobs: Jobs) -> None:
    jobs.begin(Task("install", "", reporting(until=threading.Event())))
    jobs.close()
    assert seen(jobs).state == "cancelled"
    with pytest.raises(EngineError):
        jobs.begin(Task("install", "", reporting()))


def test_who_watches_hears_of_every_beginning_and_end() -> None:
    heard: list[str] = []
    jobs = Jobs(lambda: heard.append(seen(jobs).state))
    jobs.begin(Task("verify", "qwen3-4b", reporting()))
    jobs.wait(30)
    assert (heard[0], heard[-1]) == ("running", "done")
