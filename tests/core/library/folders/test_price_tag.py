"""What a folder costs before it is added, counted by walking through real folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from core.library import Library, PriceTag
from core.search.query import parse
from core.settings import Exclusions, Settings
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, write_notes


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder whose subfolders cost different amounts."""
    root = tmp_path / "home"
    for name, count in (("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5), ("f", 6)):
        (root / name).mkdir(parents=True)
        write_notes(root / name / "notes", count)
    (root / "top.txt").write_text("On top. " * 100, encoding="utf-8")
    (root / "f" / "film.xyz").write_bytes(b"\0" * 5_000_000)
    (root / "node_modules").mkdir()
    (root / "node_modules" / "left-pad.js").write_text("// excluded", encoding="utf-8")
    return root


@pytest.fixture
def library(engine: Running, tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", remote(engine)) as library:
        yield library


def price(library: Library, path: Path) -> PriceTag:
    *_, last = library.prices.steps(path)
    assert last.done
    return last


def test_a_price_has_files_size_and_the_five_heaviest_subfolders(library: Library, home: Path) -> None:
    tag = price(library, home)
    files = [path for path in home.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    assert (tag.files, tag.size) == (len(files), sum(path.stat().st_size for path in files))
    assert tag.named == 1, "the film is found by its name"
    assert [Path(part.path).name for part in tag.subfolders] == ["f", "e", "d", "c", "b"]
    assert tag.subfolders[0].files == 7
    assert tag.disk > 0


def test_what_is_left_out_is_taken_off(library: Library, home: Path) -> None:
    tag = price(library, home)
    heaviest = tag.subfolders[0]
    less = tag.without(frozenset({heaviest.path}))
    assert (less.files, less.size) == (tag.files - heaviest.files, tag.size - heaviest.size)
    assert less.passages == pytest.approx(tag.passages - heaviest.passages)
    assert less.disk < tag.disk


def test_the_density_of_the_library_itself_makes_the_price_right(library: Library, home: Path) -> None:
    library.add_folder(home)
    done = library.wait(timeout=120)
    again = price(library, home)
    assert again.passages == pytest.approx(done.passages_total, rel=0.3)


def test_the_time_is_measured_with_the_engine_that_runs(library: Library, home: Path) -> None:
    library.engines.start()
    library.engines.wait_ready(60)
    tag = price(library, home)
    assert tag.rate is not None
    assert tag.rate > 0
    assert tag.seconds == pytest.approx(tag.passages / tag.rate)


def test_without_an_engine_there_is_no_time(tmp_path: Path, home: Path) -> None:
    with Library.open(tmp_path / "library", Settings(engine="remote", remote_url="http://127.0.0.1:9/v1")) as library:
        tag = price(library, home)
    assert (tag.rate, tag.seconds) == (None, None)
    assert tag.files


def test_it_can_be_cancelled(library: Library, home: Path) -> None:
    stop = Event()
    stop.set()
    *_, last = library.prices.steps(home, stop)
    assert last.files == 0


def test_a_file_and_a_folder_that_cannot_be_read_have_a_price_too(library: Library, home: Path) -> None:
    single = price(library, home / "top.txt")
    assert (single.files, single.subfolders) == (1, ())
    assert price(library, home / "missing").unreadable == 1


def test_folders_inside_one_another_are_known(library: Library, home: Path) -> None:
    library.add_folder(home / "a")
    library.add_folder(home / "b")
    library.wait("names", timeout=60)
    assert library.prices.covering(home / "a" / "notes") == str(home / "a")
    assert library.prices.covering(home) is None
    assert library.prices.contained(home) == [str(home / "a"), str(home / "b")]
    assert library.prices.contained(home / "a") == []


def test_a_folder_takes_in_those_that_are_inside_it(library: Library, home: Path) -> None:
    library.add_folder(home / "a")
    library.add_folder(home / "top.txt")
    library.wait(timeout=120)
    embedded = library.progress().passages_embedded
    library.add_folder(home)
    done = library.wait(timeout=120)
    assert [folder.path for folder in library.folders()] == [str(home)]
    assert library.search("note0")
    assert done.passages_embedded - embedded < done.passages_total, "what was embedded is not embedded again"


def test_what_is_left_out_is_never_indexed(library: Library, home: Path) -> None:
    library.add_folder(home, Exclusions(("/f/", "/e/")))
    library.wait(timeout=120)
    paths = [path for _, path in library._sessions.current.executor().searcher.matching_files(parse(""))]
    assert paths
    assert not any("/f/" in path or "/e/" in path for path in paths)
    assert library.exclusions.get(home).patterns == ("/f/", "/e/")


def test_exclusions_are_judged_before_they_are_saved(library: Library, home: Path) -> None:
    library.add_folder(home)
    paths = [str(home / "f" / "notes" / "file-000.txt"), str(home / "top.txt"), "/elsewhere/f/x.txt"]
    assert library.exclusions.excluded(home, Exclusions(("/f/",)), paths) == {paths[0]}
    assert library.exclusions.excluded(home, Exclusions(), paths) == frozenset()


def test_the_tree_of_a_folder_has_the_sizes_below_each(library: Library, home: Path) -> None:
    *_, sizes = library.exclusions.sizes(home)
    found = {one.path: (one.files, one.size) for one in sizes}
    assert found["f"][0] == 7
    assert found["f/notes"][0] == 6
    assert found["f"][1] >= 5_000_000 + found["f/notes"][1]
    assert "node_modules" not in found
