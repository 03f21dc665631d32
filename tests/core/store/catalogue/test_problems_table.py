"""Problems of files in the catalogue: their order of reasons, and those that are ignored."""

from __future__ import annotations

from core.store.catalogue.catalogue import Catalogue
from tests.builders.catalogues import STAT

A, B, C = b"/made/a.pdf", b"/made/b.pdf", b"/made/c\xff.pdf"


def fail(catalogue: Catalogue, *paths: bytes, problem: str = "broken") -> dict[bytes, int]:
    folder = catalogue.folders.add(b"/made", single=False)
    ids = {path: catalogue.files.put(folder, path, STAT, kind="pdf", readable=True) for path in paths}
    for number in ids.values():
        catalogue.files.set_failed(number, problem, "")
    return ids


def ignored(catalogue: Catalogue) -> list[bytes]:
    return [row.path for row in catalogue.problems.all() if row.ignored]


def test_ignored_problems_are_marked_until_that_is_taken_back(catalogue: Catalogue) -> None:
    fail(catalogue, A, B, C)
    catalogue.problems.ignore([A, C, b"/made/unknown"])
    assert ignored(catalogue) == [A, C]
    catalogue.problems.ignore([A])
    catalogue.problems.stop_ignoring([C, b"/made/unknown"])
    assert ignored(catalogue) == [A]
    assert [row.size for row in catalogue.problems.all()] == [STAT.size] * 3


def test_a_file_is_ignored_only_for_the_problem_that_it_had(catalogue: Catalogue) -> None:
    number = fail(catalogue, A)[A]
    catalogue.problems.ignore([A])
    catalogue.files.set_failed(number, "protected", "")
    assert ignored(catalogue) == []
    catalogue.files.set_failed(number, "broken", "")
    assert ignored(catalogue) == [A]


def test_trying_all_again_leaves_out_what_is_ignored(catalogue: Catalogue) -> None:
    ids = fail(catalogue, A, B)
    catalogue.problems.ignore([A])
    assert catalogue.problems.retry(None) == 1
    assert [(row.path, row.waiting) for row in catalogue.problems.all()] == [(A, False), (B, True)]
    assert catalogue.problems.retry([A]) == 1
    assert {row[0] for row in catalogue.files.waiting()} == set(ids.values())


def test_a_moved_file_keeps_its_mark_and_a_removed_one_leaves_none(catalogue: Catalogue) -> None:
    number = fail(catalogue, A)[A]
    catalogue.problems.ignore([A])
    (state,) = catalogue.files.states([number])
    catalogue.files.remove([number])
    assert catalogue.database.scalar("SELECT count(*) FROM ignored_problems") == 0
    catalogue.files.put_copy(catalogue.folders.add(b"/made", single=False), B, STAT, state, kind="pdf")
    assert ignored(catalogue) == [B]
