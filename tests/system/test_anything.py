"""Model-based test: after any changes to files and crashes, the index is what a new one would be."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.core.engine.conftest import Running, fake
from tests.system.world import ROOTS, World, difference, world

pytestmark = pytest.mark.slow

NAMES = st.sampled_from(
    ["a.txt", "b.md", "c.html", "letter.txt", "broken.pdf", "photo.jpg", ".hidden", "x.log", "draft.tmp", "no-text.txt"]
)
FOLDERS = st.sampled_from(
    ["docs", "docs/one", "docs/one/deep", "docs/two", "other", "other/one", "outside", "docs/.git"]
)
PLACES = st.tuples(FOLDERS, NAMES).map("/".join)
EXCLUDED = st.lists(st.sampled_from(["*.log", "b.*", "two", "*.html"]), max_size=2, unique=True)


class Anything(RuleBasedStateMachine):
    """Two watched folders, a folder outside of them, and a process that may be killed at any time."""

    engine: Running
    steps = 0
    settled = 0

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        self.place = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.world: World = self.stack.enter_context(world(self.place, self.engine))
        self.numbers = itertools.count(1)
        self.away: str | None = None
        for place in ("docs/a.txt", "docs/one/b.md", "docs/one/deep/c.html", "other/one/a.txt", "outside/b.md"):
            self._write(self.place / place)
        self.world.indexing_process()

    @rule(place=PLACES)
    def save(self, place: str) -> None:
        self._count()
        path = self.place / place
        if self._is_possible(path):
            self._write(path)

    @rule(place=PLACES)
    def save_by_renaming(self, place: str) -> None:
        self._count()
        path = self.place / place
        if path.is_file():
            beside = path.with_name("beside.tmp")
            self._write(beside)
            beside.replace(path)

    @rule(place=PLACES)
    def append(self, place: str) -> None:
        self._count()
        path = self.place / place
        if path.is_file():
            with path.open("a", encoding="utf-8") as file:
                file.write(f" and more{next(self.numbers)}")

    @rule(place=st.one_of(PLACES, FOLDERS))
    def delete(self, place: str) -> None:
        self._count()
        path = self.place / place
        if path.is_file():
            path.unlink()
        elif path.is_dir() and place not in ROOTS:
            shutil.rmtree(path)

    @rule(old=PLACES, new=PLACES)
    def move_file(self, old: str, new: str) -> None:
        self._count()
        before, after = self.place / old, self.place / new
        # Bytes that were read once count as read under any name, which a new index cannot know.
        same_form = (before.suffix == ".pdf") == (after.suffix == ".pdf")
        if before.is_file() and after.parent.is_dir() and not after.is_dir() and same_form:
            before.replace(after)

    @rule(old=FOLDERS, new=FOLDERS)
    def move_folder(self, old: str, new: str) -> None:
        self._count()
        before, after = self.place / old, self.place / new
        possible = before.is_dir() and after.parent.is_dir() and not after.exists() and before not in after.parents
        if possible and old not in ROOTS and self._is_possible(after):
            before.rename(after)

    @rule(old=FOLDERS, new=FOLDERS)
    def copy_folder(self, old: str, new: str) -> None:
        self._count()
        before, after = self.place / old, self.place / new
        apart = before not in after.parents and after not in before.parents
        if before.is_dir() and not after.exists() and apart and self._is_possible(after):
            shutil.copytree(before, after)

    @rule(place=PLACES)
    def touch(self, place: str) -> None:
        self._count()
        path = self.place / place
        if path.is_file():
            os.utime(path, ns=(0, next(self.numbers) * 1_000_000_000))

    @rule(folder=FOLDERS, count=st.integers(20, 60))
    def burst(self, folder: str, count: int) -> None:
        self._count()
        if self._is_possible(self.place / folder / "x"):
            for number in range(count):
                self._write(self.place / folder / "burst" / f"{number:03}.txt")

    @rule(names=EXCLUDED)
    def exclude(self, names: list[str]) -> None:
        self._count()
        self.world.exclude(names)

    @rule()
    def kill(self) -> None:
        self._count()
        self.world.kill()

    @rule()
    def quit(self) -> None:
        self._count()
        self.world.close()

    @rule()
    def start(self) -> None:
        self._count()
        if self.away is None:
            self.world.indexing_process()

    @rule(root=st.sampled_from(ROOTS))
    def vanish(self, root: str) -> None:
        """A disk is disconnected: its files are kept meanwhile."""
        self._count()
        if self.away is None:
            before = self._settle()
            (self.place / root).rename(self.place / f"{root}-away")
            self.away = root
            kept = self.world.without(root)
            wrong = difference(replace(kept, folders=before.folders), before)
            assert not wrong, f"{wrong}\n{self.world.log()}"

    @rule()
    def come_back(self) -> None:
        self._count()
        if self.away is not None:
            (self.place / f"{self.away}-away").rename(self.place / self.away)
            self.away = None
            for root in ROOTS:
                self.world.indexing_process().ask(add=str(self.place / root))

    @rule()
    def settle(self) -> None:
        self._count()
        self.come_back()
        self._settle()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self.come_back()
                self._settle()
                self.world.close()
            finally:
                self.stack.close()

    def _settle(self) -> Any:
        type(self).settled += 1
        return self.world.settle()

    def _count(self) -> None:
        type(self).steps += 1

    def _write(self, path: Path) -> None:
        """A different text of a different length each time, whatever the extension."""
        path.parent.mkdir(parents=True, exist_ok=True)
        number = next(self.numbers)
        text = f"The word{number} of a document. " + "It goes on for a while. " * (number % 40) + "x" * number
        path.write_text("" if path.name.startswith("no-text") else text, encoding="utf-8")

    def _is_possible(self, path: Path) -> bool:
        above = [folder for folder in (path, *path.parents) if folder != self.place and self.place in folder.parents]
        is_away = self.away is not None and any(folder == self.place / self.away for folder in above)
        return not is_away and not path.is_dir() and all(not folder.is_file() for folder in above[1:])


def _run(examples: int, steps: int) -> None:
    Anything.steps = Anything.settled = 0
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck), database=None,
    )  # fmt: skip
    with fake() as Anything.engine:  # it is stateless: one for all examples
        run_state_machine_as_test(Anything, settings=chosen)
    print(f"{Anything.steps} steps, settled {Anything.settled} times")


def test_a_few_things() -> None:
    _run(2, 8)
    assert Anything.settled >= 2


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_two_thousand_things() -> None:
    _run(60, 50)
    assert Anything.steps >= 2000
