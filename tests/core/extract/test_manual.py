"""The page of the manual about kinds of files, compared with the registry."""

from __future__ import annotations

import re

import pytest

from core import paths
from core.extract.format import Format
from core.extract.registry import FORMATS, kind_of
from core.extract.unread import unread_reason

PAGE = paths.resources() / "help/en/formats.md"
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!^## ).*\n)*)", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def endings(section: str) -> set[str]:
    """What stands in the second column of a section's table."""
    rows = (line.split("|")[2] for line in SECTIONS[section].splitlines() if line.count("|") > 2)
    return set(re.findall(r"[a-z0-9.]+", " ".join(rows)))


@pytest.mark.parametrize(
    "format_", [one for one in FORMATS if one.readers and one.kind != "code"], ids=lambda f: f.name
)
def test_every_format_that_is_read_is_in_the_manual(format_: Format) -> None:
    named = endings("Read") | endings("Only some words are read")
    assert set(format_.extensions.split()) <= named


def test_what_is_found_by_name_only_has_no_reader() -> None:
    named = endings("Found by name only") - {"endings", "for", "example", ""}
    assert len(named) > 50
    unread = {ending for format_ in FORMATS if not format_.readers for ending in format_.extensions.split()}
    assert [one for one in sorted(named - unread) if unread_reason(f"a.{one}".encode()) == "unknown"] == []
    assert [one for one in sorted(named - unread) if kind_of(f"a.{one}".encode()) != "other"] == []
