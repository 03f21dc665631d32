"""Model-based test of watching: after any changes, the catalogue matches a new scan."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.core.indexer.watched_folder import watched

pytestmark = pytest.mark.slow

NAMES = st.sampled_from(["a.txt", "b.md", "c.txt", "photo.jpg", ".hidden", "x.log", "draft.tmp"])
FOLDERS = st.sampled_from(["docs", "docs/one", "docs/one/deep", "docs/two", "other", "other/one", "outside", ".git"])
PLACES = st.tuples(FOLDERS, NAMES).map("/".join)


class Changes(RuleBasedStateMachine):
    """Two roots and a folder outside of them; `settle` runs at any time and at the end."""

    @initialize()
    def scan_folder(self) -> None:
        self.stack = ExitStack()
        self.place = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.harness = self.stack.enter_context(watched(self.place))
        for place in ("docs/a.txt", "docs/one/b.md", "docs/one/deep/c.txt", "other/one/a.txt", "outside/b.md"):
            (self.place / place).parent.mkdir(parents=True, exist_ok=True)
            (self.place / place).write_text(place)
        self.harness.add(self.harness.docs)
        self.harness.add(self.place / "other")
        self.numbers = itertools.count()

    @rule(place=PLACES)
    def save(self, place: str) -> None:
        path = self.place / place
        if self._parents_are_folders(path) and not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x" * next(self.numbers))

    @rule(place=PLACES)
    def save_by_renaming(self, place: str) -> None:
        path = self.place / place
        if path.is_file():
            beside = path.with_name("beside.tmp")
            beside.write_text("y" * next(self.numbers))
            beside.replace(path)

    @rule(place=PLACES)
    def append(self, place: str) -> None:
        path = self.place / place
        if path.is_file():
            with path.open("a") as file:
                file.write("more")

    @rule(place=st.one_of(PLACES, FOLDERS))
    def delete(self, place: str) -> None:
        path = self.place / place
        if path.is_file():
            path.unlink()
        elif path.is_dir() and place not in ("docs", "other"):
            shutil.rmtree(path)

    @rule(old=PLACES, new=PLACES)
    def move_file(self, old: str, new: str) -> None:
        before, after = self.place / old, self.place / new
        if before.is_file() and after.parent.is_dir() and not after.is_dir():
            before.replace(after)

    @rule(old=FOLDERS, new=FOLDERS)
    def move_folder(self, old: str, new: str) -> None:
        before, after = self.place / old, self.place / new
        possible = before.is_dir() and after.parent.is_dir() and not after.exists() and before not in after.parents
        if possible and old not in ("docs", "other"):
            before.rename(after)

    @rule(old=FOLDERS, new=FOLDERS)
    def copy_folder(self, old: str, new: str) -> None:
        before, after = self.place / old, self.place / new
        if before.is_dir() and not after.exists() and before not in after.parents and after not in before.parents:
            shutil.copytree(before, after)

    @rule(place=PLACES)
    def touch(self, place: str) -> None:
        path = self.place / place
        if path.is_file():
            os.utime(path, ns=(0, next(self.numbers) * 1_000_000_000))

    @rule()
    def settle(self) -> None:
        self.harness.settle()

    @invariant()
    def apply_changes(self) -> None:
        """Apply changes between any two rules, as the indexer does."""
        if hasattr(self, "harness"):
            self.harness.reconcile.apply_changes(self.harness.read)

    def teardown(self) -> None:
        if hasattr(self, "harness"):
            try:
                self.harness.settle()
            finally:
                self.stack.close()

    def _parents_are_folders(self, path: Path) -> bool:
        return all(above.is_dir() or not above.exists() for above in path.parents)


Changes.TestCase.settings = settings(
    max_examples=25, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
)
TestChanges = Changes.TestCase
