"""One flip: the doctor finds it, or it is without effect; after the repair all is as before."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.cli.arguments import DONE
from core.cli.main import main
from core.errors import FindlingError
from core.library import Library
from core.store.catalogue.catalogue import Catalogue
from tests.system.catalogue_state import connected, state_of
from tests.tools.answers import Answers, answers_of, differences
from tests.tools.bitflips.places import Flip

QUERIES = ("tenancy deposit", "sourdough starter", "Versicherung Hagel", "boiler pressure low", "lisbon")
LONGEST = 300.0  # seconds until what was repaired can be found
VECTOR_TOLERANCE = 0.01  # a passage that is embedded again is in another batch

Expected = tuple[list[Answers], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`found` are the doctor's codes; `fault` says what is wrong, "" if nothing is."""

    flip: Flip
    found: tuple[str, ...]
    fault: str = ""


def expected_of(root: Path) -> Expected:
    """What a library finds and holds."""
    with Library.open(root, read_only=True) as library:
        answers = [answers_of(library, query) for query in QUERIES]
    return answers, _contents(root)


def attempt(pristine: Path, parent: Path, flip: Flip, expected: Expected) -> Outcome:
    """Flip a bit in a copy of a library, which is made in a folder of this process below `parent`."""
    place = parent / f"trial-{os.getpid()}"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(pristine, place)
    flip.apply(place)
    try:
        found = _doctor(place)
        if found and (fault := _repair(place)):
            return Outcome(flip, found, fault)
        if not found and flip.kind == "log":  # what a kill or a damaged log has cost, the next start does again
            _go_on(place)
        return Outcome(flip, found, "; ".join(_differences(place, expected)))
    except Exception:  # noqa: BLE001 - a traceback is what must never be seen
        return Outcome(flip, (), traceback.format_exc())


def _doctor(root: Path) -> tuple[str, ...]:
    """The codes of what the doctor finds, or of the error that it names."""
    try:
        with Library.open(root, read_only=True) as library:
            return tuple(ailment.code for ailment in library.diagnostics.examine().ailments)
    except FindlingError as error:
        return (error.code,)


def _repair(root: Path) -> str:
    """Run `findling doctor --repair`; returns what it says if something is left."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(["doctor", "--repair", "--library", str(root)])
    if code != DONE:
        return f"not repaired: {said.getvalue()[-600:]}"
    _go_on(root)
    return ""


def _go_on(root: Path) -> None:
    with Library.open(root) as library:
        library.wait("meaning", LONGEST)


def _differences(root: Path, expected: Expected) -> list[str]:
    answers, contents = expected
    with Library.open(root, read_only=True) as library:
        found = differences(QUERIES, [answers_of(library, query) for query in QUERIES], answers)
    now = _contents(root)
    different = [name for name in contents if name != "vectors" and contents[name] != now[name]]
    if contents["vectors"].shape != now["vectors"].shape:
        different.append("vectors")
    elif np.abs(contents["vectors"] - now["vectors"]).max() > VECTOR_TOLERANCE:
        different.append("values of vectors")
    return found + different


def _contents(root: Path) -> dict[str, Any]:
    """What a library holds, without ids: files, folders, texts, passages, vectors, settings, what is remembered."""
    state = state_of(root)
    catalogue = Catalogue(root, writable=False)
    with connected(root) as db:
        rows = db.execute(
            "SELECT id, hash, kind, title, author, extractor, notes, length, parts FROM contents"
        ).fetchall()
        texts = {row[1]: (*row[2:], hashlib.sha256(catalogue.contents.text(row[0]).encode()).digest()) for row in rows}
        folders = db.execute("SELECT path, single, patterns, gitignore FROM folders ORDER BY path").fetchall()
    catalogue.close()
    with Library.open(root, read_only=True) as library:
        settings = library.settings
        saved = [(one.name, one.query) for one in library.saved_searches.all()]
        remembered = library.history.searches(), saved, library.measure.judgements.all()
    return {"files": state.files, "passages": state.passages, "vectors": state.matrix(), "texts": texts,
            "folders": folders, "settings": settings, "remembered": remembered}  # fmt: skip
