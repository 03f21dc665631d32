"""Links to documents: what they name comes back, and what names nothing is refused."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInputError
from core.links import Link, parse_link, path_of

PATHS = st.binary(max_size=200).map(lambda name: "/" + os.fsdecode(name.replace(b"\0", b"")))
WORDS = st.lists(st.text(st.characters(blacklist_categories=["Cs", "Z", "Cc"]), min_size=1), max_size=4).map(" ".join)
NUMBERS = st.none() | st.integers(1, 10**6)


@given(PATHS, WORDS, NUMBERS, NUMBERS)
def test_what_a_link_names_comes_back(path: str, query: str, page: int | None, start: int | None) -> None:
    link = Link("open", path, query, page, start)
    assert parse_link(str(link)) == link
    assert str(link).isascii()


def test_the_addresses_of_assistants_and_browsers_name_the_same() -> None:
    assert parse_link("findling://document//home/me/a%20b.txt") == Link("open", "/home/me/a b.txt")
    assert parse_link("FINDLING://Open/?path=/a&page=0&start=x") == Link("open", "/a")
    assert parse_link("findling://search?q=lease%20winter&path=/a") == Link("search", "/a", "lease winter")


@pytest.mark.parametrize(
    "text",
    [
        *("", "findling:", "findling://run?path=/bin/sh", "findling://open", "findling://open?path=a.txt"),
        *("file:///etc/passwd", "http://open?path=/a", "findling://open?path=%00", "findling://[open?path=/a"),
        *("findling://open?path=/" + "a" * 20_000, "findling://open?" + "a=b&" * 100),
    ],
)
def test_what_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        parse_link(text)


def test_a_file_manager_may_hand_over_paths_and_addresses(tmp_path: os.PathLike[str]) -> None:
    assert path_of("file:///home/a%20%FF.txt") == os.fsdecode(b"/home/a \xff.txt")
    assert path_of(f"{tmp_path}/../x") == os.path.abspath(f"{tmp_path}/../x")
