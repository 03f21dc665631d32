"""Filters compiled to SQL against the same filters in Python, over synthetic files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.document import Document
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.catalogue.filters import (
    EXTENSION,
    AndFilter,
    ExtensionFilter,
    FileFilter,
    IdFilter,
    KindFilter,
    MetadataFilter,
    NotFilter,
    OrFilter,
    PathFilter,
    RangeFilter,
    to_sql,
)
from core.store.lexical.letters import fold


@dataclass(frozen=True)
class File:
    number: int
    path: bytes
    kind: str
    size: int
    time: int
    content: int
    title: str


MADE = (
    (b"/a/one.pdf", "pdf", 10, 100, "Étude of one"),
    (b"/a/b/two.PDF", "pdf", 20, 90, ""),
    (b"/a/b/three.tar.gz", "other", 30, -5, None),
    (b"/a/b.d/four", "other", 40, 70, None),
    (b"/ab/f\xffve.md", "text", 50, 60, "five"),
    ("/ab/六.md".encode(), "text", 60, 50, "六 étude"),
    (b"/ab/100%_x.md", "text", 10, 100, "six"),
)


def build(root: Path) -> tuple[Catalogue, list[File]]:
    catalogue = Catalogue(root, writable=True)
    files = []
    with catalogue.transaction():
        home = catalogue.folders.add(b"/", single=False)
        for path, kind, size, time, title in MADE:
            stat = KnownFile(0, size, time, 1)
            number = catalogue.files.put(home, path, stat, kind=kind, readable=title is not None)
            content = 0
            if title is not None:
                content = catalogue.contents.put(path, Document("text", "pdf", title=title, author="Ann"))
                catalogue.files.set_read(number, content, stat, None)
            files.append(File(number, path, kind, size, time, content, title or ""))
    return catalogue, files


@pytest.fixture(scope="module")
def catalogue_and_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Catalogue, list[File]]]:
    catalogue, files = build(tmp_path_factory.mktemp("conditions"))
    yield catalogue, files
    catalogue.close()


def matches(condition: FileFilter, file: File) -> bool:
    match condition:
        case KindFilter(kinds):
            return file.kind in kinds
        case ExtensionFilter(endings):
            name = file.path.decode("utf-8", "replace").lower()
            return any(name.endswith(f".{ending}") for ending in endings)
        case RangeFilter(column, first, last):
            return first <= (file.size if column == "size" else file.time) <= last
        case PathFilter(path):
            return file.path == path or file.path.startswith(path.rstrip(b"/") + b"/")
        case MetadataFilter(column, text):
            return bool(file.content) and text in fold(file.title if column == "title" else "Ann")
        case IdFilter(files, contents):
            return file.number in files or file.content in contents
        case NotFilter(part):
            return not matches(part, file)
        case AndFilter(parts):
            return all(matches(part, file) for part in parts)
        case OrFilter(parts):
            return any(matches(part, file) for part in parts)


leaves = st.one_of(
    st.frozensets(st.sampled_from(["pdf", "text", "other", "mail"])).map(KindFilter),
    st.frozensets(st.sampled_from(["pdf", "gz", "tar.gz", "md", "d", "_x.md"])).map(ExtensionFilter),
    st.builds(RangeFilter, st.sampled_from(["size", "mtime_ns"]), st.integers(-10, 120), st.integers(-10, 2**70)),
    st.sampled_from([b"/a", b"/a/", b"/a/b", b"/ab", b"/", b"/a/one.pdf", b"/nowhere"]).map(PathFilter),
    st.builds(MetadataFilter, st.sampled_from(["title", "author"]), st.sampled_from(["etude", "six", "ann", "六", ""])),
    st.builds(IdFilter, st.frozensets(st.integers(1, 8)), st.frozensets(st.integers(1, 8))),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(NotFilter),
        st.lists(inner, max_size=3).map(tuple).map(AndFilter),
        st.lists(inner, max_size=3).map(tuple).map(OrFilter),
    ),
    max_leaves=8,
)


@given(conditions)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_selected_is_what_fulfils_the_condition(
    catalogue_and_files: tuple[Catalogue, list[File]], condition: FileFilter
) -> None:
    catalogue, files = catalogue_and_files
    numbers, contents = catalogue.matching(condition)
    expected_files = [file for file in files if matches(condition, file)]
    assert numbers.tolist() == [file.number for file in expected_files]
    assert contents.tolist() == sorted(file.content for file in expected_files if file.content)


@pytest.mark.parametrize(("first", "last"), [(2**70, 2**80), (-(2**80), -(2**70)), (2**70, 2**63 - 1)])
def test_what_is_larger_than_any_number_of_the_database_is_no_error(
    catalogue_and_files: tuple[Catalogue, list[File]], first: int, last: int
) -> None:
    assert catalogue_and_files[0].matching(RangeFilter("size", first, last))[0].tolist() == []


def test_any_number_of_filters_compiles(catalogue_and_files: tuple[Catalogue, list[File]]) -> None:
    catalogue, files = catalogue_and_files
    sizes = tuple(RangeFilter("size", 0, 20 + number) for number in range(3000))
    expected_files = [file.number for file in files if file.size <= 20]
    assert catalogue.matching(AndFilter(sizes))[0].tolist() == expected_files
    assert catalogue.matching(OrFilter(tuple(map(NotFilter, sizes))))[0].tolist() == [
        f.number for f in files if f.size > 20
    ]
    nested: FileFilter = AndFilter(sizes[:1500])
    for number in range(10):
        nested = NotFilter(OrFilter((NotFilter(nested), *map(NotFilter, sizes[number : number + 300]))))
    assert catalogue.matching(nested)[0].tolist() == expected_files


def test_nested_filters_compile(catalogue_and_files: tuple[Catalogue, list[File]]) -> None:
    catalogue, files = catalogue_and_files
    nested: FileFilter = RangeFilter("size", 0, 20)
    for _ in range(20):
        nested = NotFilter(AndFilter((RangeFilter("size", 0, 60), OrFilter((PathFilter(b"/nowhere"), nested)))))
    assert catalogue.matching(nested)[0].tolist() == [file.number for file in files if matches(nested, file)]


def test_each_simple_condition_has_an_index(catalogue_and_files: tuple[Catalogue, list[File]]) -> None:
    catalogue, _ = catalogue_and_files
    for condition in (
        KindFilter(frozenset({"pdf"})),
        ExtensionFilter(frozenset({"pdf"})),
        RangeFilter("size", 1, 2),
        PathFilter(b"/a"),
    ):
        where, values = to_sql(condition)
        plan = catalogue._db.execute(f"EXPLAIN QUERY PLAN SELECT id FROM files WHERE {where}", tuple(values)).fetchall()
        assert all("USING" in row[3] and "INDEX" in row[3] for row in plan if "files" in row[3]), (EXTENSION, plan)


def test_the_newest_of_some_files_come_first(catalogue_and_files: tuple[Catalogue, list[File]]) -> None:
    catalogue, files = catalogue_and_files
    numbers, _ = catalogue.matching(PathFilter(b"/"))
    expected = sorted(files, key=lambda file: (-file.time, file.number))
    assert catalogue.facts.newest(numbers, 3) == [file.number for file in expected[:3]]


def test_the_state_tells_of_changes_by_others(tmp_path: Path) -> None:
    catalogue, _ = build(tmp_path)
    reader = Catalogue(tmp_path, writable=False)
    before = reader.data_version
    assert reader.data_version == before
    catalogue.files.remove([1])
    assert reader.data_version != before
    reader.close()
    catalogue.close()
