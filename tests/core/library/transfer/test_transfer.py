"""Export of what the user has set up, the plan of an import, and the import."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadInputError
from core.library import ImportPlan, Library
from core.library.transfer import window_state
from core.settings import Exclusions, Settings

SETTINGS = Settings(
    engine="remote", remote_url="http://127.0.0.1:9/v1", remote_key="secret-key", proxy="http://me:pw@proxy:1",
    vector_store_url="http://me:pw@store:1", vector_store_key="secret-key of the store",
    hidden_files=True, exclude=("*.bak",), max_kind_mb=("code 5",), poll_minutes=7, watch=False,
)  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", SETTINGS) as opened:
        yield opened


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "other", Settings(watch=False)) as opened:
        yield opened


def documents(folder: Path) -> Path:
    folder.mkdir()
    (folder / "note.txt").write_text("The harbour is closed in winter.")
    return folder


def changed(path: Path, change: Any) -> Path:
    """Another file with a part of an export changed."""
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    made = path.with_name("changed.json")
    made.write_text(json.dumps(data), encoding="utf-8")
    return made


def kinds(plan: ImportPlan) -> set[tuple[str, str]]:
    return {(change.kind, change.name) for change in plan.changes}


def test_everything_but_secrets_comes_over_and_nothing_is_lost(
    library: Library, other: Library, tmp_path: Path
) -> None:
    shared, mine = documents(tmp_path / "shared"), documents(tmp_path / "mine")
    strange = documents(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")))
    library.add_folder(shared, Exclusions(("/drafts/",), gitignore=True))
    library.add_folder(strange)
    library.saved_searches.save("leases", "lease type:pdf", notify=True)
    library.wait("names")
    window_state.save({"resident/hotkey": "Meta+F"})
    path = tmp_path / "mine.json"
    library.transfer.export(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert "secret-key" not in text
    assert "me:pw" not in text
    assert "harbour" not in text
    window_state.save({"resident/hotkey": "F9"})
    other.add_folder(mine)
    other.add_folder(shared, Exclusions(("*.log",)))
    other.saved_searches.save("leases", "lease")
    other.wait("names")
    plan = other.transfer.plan(path)
    assert {("setting", "hidden_files"), ("setting", "exclude"), ("folder", str(strange)), ("search", "leases"),
            ("exclusions", str(shared)), ("window", "resident/hotkey")} <= kinds(plan)  # fmt: skip
    assert not plan.reindexes
    assert other.settings == Settings(watch=False)
    assert not (other.root / "settings.json").read_text().count('hidden_files": true')
    copy = other.transfer.apply(plan)
    other.wait("names")
    assert other.settings == replace(SETTINGS, remote_key="", proxy="", vector_store_url="", vector_store_key="")
    assert {folder.path for folder in other.folders()} == {str(mine), str(shared), str(strange)}
    assert other.exclusions.get(shared) == Exclusions(("*.log", "/drafts/"), gitignore=True)
    assert [(one.name, one.query, one.notify) for one in other.saved_searches.all()] == [
        ("leases", "lease", False),
        ("leases 2", "lease type:pdf", True),
    ]
    assert window_state.load()["resident/hotkey"] == "Meta+F"
    before = other.transfer.plan(copy)
    assert ("window", "resident/hotkey") in kinds(before)
    assert before.settings == Settings(watch=False)
    assert copy.stat().st_mode & 0o077 == 0
    again = other.transfer.plan(path)
    assert kinds(again) == {("search", "leases")}, "only what got another name"


def test_secrets_come_over_if_they_are_asked_for(library: Library, other: Library, tmp_path: Path) -> None:
    library.transfer.export(tmp_path / "all.json", secrets=True)
    plan = other.transfer.plan(tmp_path / "all.json")
    assert plan.settings == SETTINGS
    assert "secret-key" not in str(plan.changes)
    assert "me:pw" not in str(plan.changes)


def test_a_plan_says_what_is_not_here_and_what_re_indexes(library: Library, other: Library, tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    library.transfer.export(path)

    def change(data: dict[str, Any]) -> None:
        data["settings"] |= {"model": "english", "from_the_future": 1}
        data["folders"] = [{"path": "/nowhere/at/all"}, {"path": "\0"}]
        data["window"] = {"resident/told": "true", "look": "dark\nx=y"}

    plan = other.transfer.plan(changed(path, change))
    skipped = {name for kind, name in kinds(plan) if kind == "skipped"}
    assert skipped == {"from_the_future", "/nowhere/at/all", "\0", "resident/told", "look"}
    assert plan.reindexes
    assert plan.folders == plan.window == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "cannot be read"),
        ("[]", "was not exported by Findling"),
        ('{"format": "other"}', "was not exported by Findling"),
        ('{"format": "findling-export", "version": 2}', "newer Findling"),
        ('{"format": "findling-export"}', "does not fit"),
        ('{"format": "findling-export", "version": 1, "folders": [{"path": 3}]}', "$.folders[0].path"),
        ('{"format": "findling-export", "version": 1, "settings": {"readers": 99}}', "readers cannot be 99"),
        ('{"format": "findling-export", "version": 1, "settings": {"model": "none"}}', "model cannot be none"),
    ],
)
def test_what_is_no_export_is_refused(other: Library, tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        other.transfer.plan(path)
    assert said in refused.value.sentence


def test_a_place_that_cannot_be_written_is_said(library: Library, tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        library.transfer.export(tmp_path / "missing" / "all.json")


def test_the_rest_of_the_window_s_file_stays(tmp_path: Path) -> None:
    file = window_state.state_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("[General]\nlook=dark\n\n[window]\ngeometry=@ByteArray(\\x1\\xd9;=%\\0)\n\n[resident]\nhotkey=F9\n")
    try:
        assert window_state.load() == {"look": "dark", "resident/hotkey": "F9"}
        window_state.save({"resident/hotkey": "Meta+F", "results/density": "compact"})
        text = file.read_text()
        assert "geometry=@ByteArray(\\x1\\xd9;=%\\0)\n" in text
        assert window_state.load() == {"look": "dark", "resident/hotkey": "Meta+F", "results/density": "compact"}
    finally:
        file.unlink()
