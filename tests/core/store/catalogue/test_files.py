"""Folders and files in the catalogue: states, problems, and their counts."""

from __future__ import annotations

from core.store.catalogue.catalogue import Catalogue, Counts
from tests.builders.catalogues import STAT, model_spec, put_text, unit_vectors


def folder(catalogue: Catalogue, path: bytes = b"/made") -> int:
    return catalogue.folders.add(path, single=False)


def test_a_folder_added_twice_is_one(catalogue: Catalogue) -> None:
    first = folder(catalogue)
    assert folder(catalogue) == first
    dropped = catalogue.folders.add(b"/a/letter\xff.txt", single=True)
    rows = catalogue.folders.all()
    assert [(row.id, row.path, row.single, row.connected) for row in rows] == [
        (first, b"/made", False, True),
        (dropped, b"/a/letter\xff.txt", True, True),
    ]
    catalogue.folders.set_connected(first, connected=False)
    assert not catalogue.folders.all()[0].connected


def test_a_file_that_changed_waits_again_and_keeps_its_number(catalogue: Catalogue) -> None:
    home = folder(catalogue)
    number = catalogue.files.put(home, b"/made/a.txt", STAT, kind="text", readable=True)
    assert catalogue.files.waiting() == [(number, b"/made/a.txt", STAT.size, STAT.mtime_ns)]
    catalogue.files.set_failed(number, "broken", "bad zip")
    assert catalogue.files.waiting() == []
    grown = STAT._replace(size=99)
    assert catalogue.files.put(home, b"/made/a.txt", grown, kind="text", readable=True) == number
    assert catalogue.files.waiting() == [(number, b"/made/a.txt", 99, STAT.mtime_ns)]
    assert catalogue.files.stats_in(home) == {b"/made/a.txt": grown._replace(id=number)}


def test_the_most_recently_changed_file_is_read_first(catalogue: Catalogue) -> None:
    home = folder(catalogue)
    for age, name in enumerate((b"/made/new", b"/made/mid", b"/made/old")):
        stat = STAT._replace(mtime_ns=STAT.mtime_ns - age)
        catalogue.files.put(home, name, stat, kind="text", readable=True)
    assert [row[1] for row in catalogue.files.waiting()] == [b"/made/new", b"/made/mid", b"/made/old"]


def test_a_file_of_no_readable_kind_is_found_by_its_name_only(catalogue: Catalogue) -> None:
    number = catalogue.files.put(folder(catalogue), b"/made/a.jpg", STAT, kind="image", readable=False)
    assert catalogue.files.waiting() == []
    assert catalogue.files.all_paths() == [(number, b"/made/a.jpg")]
    assert catalogue.file(number) == (b"/made/a.jpg", "image", STAT.size, STAT.mtime_ns)
    assert catalogue.document_keys([number, 77]) == {number: ("file", number)}


def test_a_problem_is_a_row_until_the_file_is_well(catalogue: Catalogue) -> None:
    home = folder(catalogue)
    number = catalogue.files.put(home, b"/made/b.pdf", STAT, kind="pdf", readable=True)
    catalogue.files.set_failed(number, "protected", "RC4")
    (problem,) = catalogue.problems.all()
    assert (problem.path, problem.code, problem.detail) == (b"/made/b.pdf", "protected", "RC4")
    assert problem.when > 1_700_000_000
    content = put_text(catalogue, "/made/other.txt", "words", catalogue.passages.chunking_id("one"))
    catalogue.files.set_read(number, content, STAT, "truncated")
    assert [row.code for row in catalogue.problems.all()] == ["truncated"]
    catalogue.files.set_read(number, content, STAT, None)
    assert catalogue.problems.all() == []


def test_a_file_that_cannot_be_read_any_more_loses_its_content(catalogue: Catalogue) -> None:
    chunking = catalogue.passages.chunking_id("one")
    content = put_text(catalogue, "/made/a.txt", "words", chunking)
    assert catalogue.content_of(b"/made/a.txt") == content
    catalogue.files.set_failed(catalogue.files.all_paths()[0][0], "vanished", "")
    assert catalogue.content_of(b"/made/a.txt") is None
    assert len(catalogue.contents.retire_orphans(1.0)) == 1


def test_trying_again_one_file_or_all(catalogue: Catalogue) -> None:
    home = folder(catalogue)
    numbers = []
    for name, problem in ((b"/made/a", "broken"), (b"/made/b", "unreadable"), (b"/made/c", "vanished")):
        numbers.append(catalogue.files.put(home, name, STAT, kind="text", readable=True))
        catalogue.files.set_failed(numbers[-1], problem, "")
    assert catalogue.problems.retry([b"/made/nowhere"]) == 0
    assert catalogue.problems.retry([b"/made/a"]) == 1
    assert [row[0] for row in catalogue.files.waiting()] == numbers[:1]
    catalogue.files.set_failed(numbers[0], "broken", "")
    catalogue.problems.retry_transient(home)
    assert sorted(row[0] for row in catalogue.files.waiting()) == numbers[1:]
    assert catalogue.problems.retry(None) == 3


def test_removing_a_folder_removes_its_files_only(catalogue: Catalogue) -> None:
    one, two = folder(catalogue, b"/one"), folder(catalogue, b"/two")
    catalogue.files.put(one, b"/one/a", STAT, kind="text", readable=True)
    kept = catalogue.files.put(two, b"/two/a", STAT, kind="text", readable=True)
    assert catalogue.folders.totals(one) == (1, STAT.size)
    catalogue.folders.remove(one)
    assert catalogue.files.all_paths() == [(kept, b"/two/a")]
    assert catalogue.folders.totals(one) == (0, 0)


def test_counts_tell_how_far_each_file_is(catalogue: Catalogue) -> None:
    chunking = catalogue.passages.chunking_id("one")
    model, other = (catalogue.vectors.model_id(model_spec(name), chunking) for name in ("a", "b"))
    assert catalogue.counts(model) == Counts()
    content = put_text(catalogue, "/made/a.txt", "alpha\nbeta", chunking)
    put_text(catalogue, "/made/copy.txt", "alpha\nbeta", chunking)
    put_text(catalogue, "/made/b.txt", "gamma", chunking)
    home = folder(catalogue)
    catalogue.files.put(home, b"/made/w", STAT, kind="text", readable=True)
    catalogue.files.put(home, b"/made/n.jpg", STAT, kind="image", readable=False)
    failed = catalogue.files.put(home, b"/made/f", STAT, kind="text", readable=True)
    catalogue.files.set_failed(failed, "broken", "")
    ids = [row.id for row in catalogue.passages.of_content(content, chunking)]
    catalogue.vectors.put(model, ids, unit_vectors(ids, 16))
    catalogue.vectors.mark_embedded(model, [content])
    assert catalogue.counts(model) == Counts(files=6, waiting=1, read=3, failed=1, embedded=2)
    assert catalogue.counts(other).embedded == 0
    assert catalogue.vector_count(model) == 2


def test_what_was_read_for_the_names_serves_a_scan_until_something_changes(catalogue: Catalogue) -> None:
    home, other = folder(catalogue), folder(catalogue, b"/other")
    first = catalogue.files.put(home, b"/made/a.txt", STAT, kind="text", readable=True)
    second = catalogue.files.put(other, b"/other/b.txt", STAT, kind="text", readable=True)
    assert sorted(catalogue.files.all_paths()) == [(first, b"/made/a.txt"), (second, b"/other/b.txt")]
    row = (b"/made/a.txt", home, first, *STAT[1:])
    assert catalogue.files.rows_in(home) == {b"/made/a.txt": row}
    assert catalogue.files.rows_in(home) == {b"/made/a.txt": row}  # not cached the second time
    catalogue.files.all_paths()
    third = catalogue.files.put(other, b"/other/c.txt", STAT, kind="text", readable=True)
    catalogue.files.remove([first])
    assert catalogue.files.stats_in(home) == {}
    assert catalogue.files.stats_in(other) == {
        b"/other/b.txt": STAT._replace(id=second),
        b"/other/c.txt": STAT._replace(id=third),
    }
    catalogue.files.all_paths()
    assert catalogue.files.rows_in(99) == {}
    assert catalogue.files.rows_below(other, b"/other") == catalogue.files.rows_in(other)
