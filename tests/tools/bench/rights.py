"""Benchmark: what it costs to keep who may read each file, and to search within that. Needs root."""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.indexer.stages.rights import RightsStage
from core.library import Library
from core.rights import Person
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.filters import AndFilter
from tests.builders import shared_tree
from tests.builders.large_trees import load, make_tree, wait_for_words, without_engine

GROUPS = range(shared_tree.FIRST_GROUP, shared_tree.FIRST_GROUP + shared_tree.GROUPS)
ROUNDS = 15


def run(files: int, texts: int) -> None:
    """Index a made tree with the rights of a file server, then measure."""
    source = random.Random(11)
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        tree, root = Path(temporary, "documents"), Path(temporary, "library")
        make_tree(tree, files, texts=texts)
        Path(temporary).chmod(0o755)
        give_rights(tree, source)
        person = shared_tree.people(source)[0]
        with Library.open(root, replace(without_engine(), keep_rights=True)) as library:
            library.add_folder(tree)
            wait_for_words(library)
            print(f"{files} files, {texts} of them texts; {load()}")
            _measure_search(library, person)
        _measure_scan(root, tree)
        _measure_filter(root, person)


def give_rights(tree: Path, source: random.Random) -> None:
    """Each folder of files is a group's, one in ten with an ACL of its own; files are mostly as their folder."""
    for folder, _, names in os.walk(tree):
        if not names:
            continue
        owner, group = source.randrange(21_000, 21_200), source.choice(GROUPS)
        os.chown(folder, owner, group)
        os.chmod(folder, source.choice((0o755, 0o755, 0o750, 0o770)))
        if source.random() < 0.1:
            os.setxattr(folder, shared_tree.ACL, shared_tree.random_acl(source))
        for name in names:
            path = os.path.join(folder, name)
            os.chown(path, owner, group)
            os.chmod(path, source.choices((0o644, 0o640, 0o600), (60, 35, 5))[0])


def _measure_scan(root: Path, tree: Path) -> None:
    catalogue = Catalogue(root, writable=True)
    try:
        stage = RightsStage(catalogue, keeps=True)
        print(f"{len(catalogue.rules.all())} different rules")
        print(f"all rules read again, nothing changed: {_seconds(lambda: _check(stage)):.2f} s")
        mode = tree.stat().st_mode & 0o7777
        tree.chmod(0o700)
        print(f"the folder above all was closed, all rules changed: {_seconds(lambda: _check(stage)):.2f} s")
        tree.chmod(mode)
        _check(stage)
    finally:
        catalogue.close()


def _measure_filter(root: Path, person: Person) -> None:
    owner, asked = Catalogue(root, writable=False), Catalogue(root, writable=False, person=person)
    try:
        assert asked.readable is not None
        print(f"rights taken over at the first question: {_seconds(asked.readable.refresh) * 1000:.1f} ms")
        print(f"rights looked at again at each question: {_median(asked.readable.refresh):.2f} ms")
        everything = AndFilter(())
        mine, all_files = asked.matching(everything)[0], owner.matching(everything)[0]
        print(f"files of the person: {len(mine)} of {len(all_files)}")
        print(f"the filter: {_median(lambda: asked.matching(everything)):.1f} ms; none: "
              f"{_median(lambda: owner.matching(everything)):.1f} ms")  # fmt: skip
        paths = [os.fsdecode(row[0]) for row in asked.database.execute("SELECT path FROM files LIMIT 50")]
        readable, names = asked.readable, [os.fsencode(path) for path in paths]
        print(f"50 hits looked at on the disk: {_median(lambda: readable.readable_now(names)):.1f} ms")
    finally:
        owner.close()
        asked.close()


def _measure_search(library: Library, person: Person) -> None:
    view = library.for_person(person)
    for query in ("made", "made17", "ext:txt"):
        owner = _median(lambda: library.queries.search(query, 10, lanes=("names", "words")))  # noqa: B023 - at once
        asked = _median(lambda: view.queries.search(query, 10, lanes=("names", "words")))  # noqa: B023 - at once
        print(f"search {query!r}: {owner:.1f} ms, for a person {asked:.1f} ms")


def _check(stage: RightsStage) -> None:
    stage.check_all()
    while stage.step():
        pass


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _median(call: Callable[[], object]) -> float:
    """Milliseconds."""
    call()
    return statistics.median(_seconds(call) for _ in range(ROUNDS)) * 1000
