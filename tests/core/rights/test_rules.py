"""Rules are what Linux itself asks: everyone may read by them exactly what he can open."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.rights import Person, RuleReader, allows, rule_of
from core.rights.rule import condition_of
from tests.builders.shared_tree import NO_ID, acl, people, set_rights, who_may_open

ANN = Person("ann", 1000, frozenset({1000, 50}))


def status(mode: int, owner: int = 0, group: int = 0) -> os.stat_result:
    return os.stat_result((0o100000 | mode, 1, 1, 1, owner, group, 0, 0, 0, 0))


def allowed(found: os.stat_result, attribute: bytes | None = None, person: Person = ANN) -> bool:
    condition = condition_of("r", found, attribute)
    return condition is not None and allows(rule_of([condition]), person)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everyone can reach, as a test's own one is not."""
    with tempfile.TemporaryDirectory(prefix="shared-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_the_first_class_that_somebody_is_in_decides() -> None:
    assert allowed(status(0o044))
    assert not allowed(status(0o044, owner=1000))
    assert not allowed(status(0o604, group=50))
    assert allowed(status(0o604, group=51))
    assert allowed(status(0o640, group=50))
    assert not allowed(status(0o640, group=51))


def test_an_acl_decides_by_its_entries_and_its_mask() -> None:
    named = acl([(1, 6, NO_ID), (2, 4, 1000), (4, 0, NO_ID), (16, 4, NO_ID), (32, 0, NO_ID)])
    assert allowed(status(0o640), named)
    masked = acl([(1, 6, NO_ID), (2, 4, 1000), (4, 0, NO_ID), (16, 2, NO_ID), (32, 4, NO_ID)])
    assert not allowed(status(0o624), masked)
    refused_group = acl([(1, 6, NO_ID), (4, 4, NO_ID), (8, 0, 50), (16, 7, NO_ID), (32, 4, NO_ID)])
    assert not allowed(status(0o674, group=7), refused_group)
    other_group = acl([(1, 6, NO_ID), (4, 0, NO_ID), (8, 0, 50), (8, 4, 1000), (16, 7, NO_ID), (32, 0, NO_ID)])
    assert allowed(status(0o670), other_group)


@pytest.mark.parametrize("attribute", [b"", b"\3\0\0\0", b"\2\0\0\0abc", acl([(1, 6, NO_ID)]), acl([(64, 6, 1)])])
def test_an_acl_that_is_not_understood_lets_nobody_in(attribute: bytes) -> None:
    assert condition_of("r", status(0o666), attribute) is None


def test_a_rule_that_is_not_understood_lets_nobody_in_and_no_file_but_a_local_one_has_one(tmp_path: Path) -> None:
    assert allows("1", ANN)
    for rule in ("2", "", "1|r", "1|q:1+::2+:+", "1|r:1+::2:+", "1|r:::2+:+"):
        assert not allows(rule, ANN)
    (tmp_path / "file").write_text("text")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "mounts").write_text("1 1 0:1 / / rw - nfs4 server:/ rw\n")
    assert RuleReader().file(os.fsencode(tmp_path / "file")) is not None
    assert RuleReader().file(os.fsencode(tmp_path / "link")) is None
    assert RuleReader().file(os.fsencode(tmp_path / "missing")) is None
    assert RuleReader(tmp_path / "mounts").file(os.fsencode(tmp_path / "file")) is None


def test_a_file_behind_a_link_needs_the_folders_on_both_ways(tmp_path: Path) -> None:
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "real" / "inner" / "file").write_text("text")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "link").symlink_to("../real/inner")
    (tmp_path / "here" / "odd").symlink_to("../real/inner/../inner")
    (tmp_path / "here" / "round").symlink_to("round")
    (tmp_path / "real").chmod(0o700)
    top = os.fsencode(tmp_path)
    through = RuleReader().file(top + b"/here/link/file")
    assert through is not None
    assert through[1] == RuleReader().file(top + b"/real/inner/file")[1]  # type: ignore[index]
    assert f"x:{os.getuid()}+" in through[1]
    assert RuleReader().file(top + b"/here/odd/file") is None
    assert RuleReader().file(top + b"/here/round/file") is None


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who can become others")
def test_everyone_may_read_exactly_what_he_can_open(place: Path) -> None:
    source = random.Random(19)
    asked, folders, files = people(source), [place], list[Path]()
    for number in range(60):
        folders.append(source.choice(folders[:20]) / f"folder{number}")
        folders[-1].mkdir()
    for number in range(1500):
        files.append(source.choice(folders) / f"file{number}")
        files[-1].touch()
        set_rights(files[-1], source, (0o640, 0o604, 0o066))
    (place / "link").symlink_to(folders[-1])
    files += [place / "link" / file.name for file in files if file.parent == folders[-1]]
    for folder in folders[1:]:
        if source.random() < 0.6:
            set_rights(folder, source, (0o755, 0o711, 0o750, 0o071))
    reader, truth = RuleReader(), who_may_open(asked, map(str, files))
    rules = {str(file): reader.file(os.fsencode(file)) for file in files}
    for person in asked:
        found = {file for file, known in rules.items() if known is not None and allows(known[1], person)}
        assert found == truth[person.name]
        assert 0 < len(found) < len(files)
