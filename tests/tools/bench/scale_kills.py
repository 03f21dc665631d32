"""The step `kill` of `tests.tools.bench scale`: kill -9 at random moments of indexing, in a library that is large.

python -m tests.tools.bench.scale_kills ROOT DIMENSION URL is the process that is killed. The files that it indexes are
embedded by a fake engine; they are removed at the end.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from core import paths
from core.library import Library
from core.models import MODELS as SPECS
from core.settings import Settings
from core.store.vector import coarse_scan
from core.store.vector.index import VectorIndex
from tests.core.engine.conftest import KEY, running
from tests.tools.bench.scale_library import MODELS, TREE
from tests.tools.bench.scale_opened import DEPTH, Opened, Row

KILLS, FILES = 20, 30  # files that each round writes; it changes and removes some of the round before
LONGEST = 4.0  # seconds from the opening to a kill
TIMEOUT = 600.0
PLACE = "killed"  # the folder of these files


def killing(keep: Path, dimension: int, vectors: Path | None) -> list[Row]:
    """Change files while a process indexes them and is killed; then the doctor's findings, and the answers."""
    root, place, chance = keep / str(dimension), keep / TREE / PLACE, random.Random(20)
    shutil.rmtree(place, ignore_errors=True)
    model = SPECS[MODELS[dimension]]
    arguments = ["tests.fakes.fake_engine", "--model", model.name, "--dim", str(dimension)]
    with running(arguments, model) as engine:
        _finish(root, dimension, engine.url)
        opened = Opened(keep, dimension, vectors)
        expected = opened.answers()
        opened.close()
        for number in range(KILLS):
            command = [sys.executable, "-m", "tests.tools.bench.scale_kills", str(root), str(dimension), engine.url]
            with subprocess.Popen(command, cwd=paths.resources().parent, stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                process.stdout.readline()
                _change(place, number, chance)
                time.sleep(chance.uniform(0, LONGEST))
                process.kill()
        start = time.perf_counter()
        _finish(root, dimension, engine.url)
        rows: list[Row] = [(f"up to date after {KILLS} kills", time.perf_counter() - start, "s")]
        with Library.open(root, _settings(dimension, engine.url)) as library:
            left = [path.read_text(encoding="utf-8").split()[-1] for path in place.iterdir()]
            found = [bool(library.search(word, 1, lanes=("words",))) for word in left]
            rows.append((f"... of the {len(left)} files that are left, found", float(np.mean(found)), ""))
            start = time.perf_counter()
            rows.append(("... findings of the doctor", len(library.diagnostics.examine().ailments), ""))
            rows.append(("... which took", time.perf_counter() - start, "s"))
        shutil.rmtree(place)
        _finish(root, dimension, engine.url)
    opened = Opened(keep, dimension, vectors)
    both = zip(expected, opened.answers(), strict=True)
    shares = [len(dict(one).keys() & dict(other).keys()) / max(1, len(one)) for one, other in both]
    rows.append(("... share of the hits before that are hits again", float(np.mean(shares)), ""))
    rows.append(("... same nearest as in a new index", _share_of_new(opened, keep / "new.vectors"), ""))
    opened.close()
    return rows


def _settings(dimension: int, url: str) -> Settings:
    model = MODELS[dimension]
    return Settings(model=model, engine="remote", remote_url=url, remote_key=KEY)  # type: ignore[arg-type]


def _finish(root: Path, dimension: int, url: str) -> None:
    """Open the library, and wait until all is indexed."""
    with Library.open(root, _settings(dimension, url)) as library:
        library.wait(timeout=TIMEOUT)


def _change(place: Path, number: int, chance: random.Random) -> None:
    """Write the files of a round, and change or remove those of the one before."""
    place.mkdir(exist_ok=True)
    for path in sorted(place.glob(f"{number - 1} *")):
        if chance.random() < 1 / 2:
            path.write_text(f"{path.read_text(encoding='utf-8')} again{number}x{path.stem.split()[1]}")
        elif chance.random() < 1 / 2:
            path.unlink()
    for file in range(FILES):
        words = " ".join(f"{chance.randrange(10**6)}" for _ in range(300))
        (place / f"{number} {file}.txt").write_text(f"{words} word{number}x{file}", encoding="utf-8")


def _share_of_new(opened: Opened, path: Path) -> float:
    """The share of the questions whose nearest passages are those of an index that is made anew of the catalogue."""
    new = VectorIndex(path, opened.index_set.model_spec.dimension, writable=True)
    new.sync(opened.catalogue.vectors, opened.index_set.model_id)
    new.save()
    coarse_scan.MAX_SHARE = 0.0  # no codes: the new one has none yet
    every = [(opened.index_set.vectors.search(one, DEPTH), new.search(one, DEPTH)) for one in opened.vectors]
    for file in path.parent.glob(f"{path.stem}*"):
        file.unlink()
    scores = [(np.array([score for _, score in one]), np.array([score for _, score in other])) for one, other in every]
    return float(np.mean([len(one) == len(other) and np.allclose(one, other, atol=2e-3) for one, other in scores]))


def main() -> None:
    root, dimension, url = sys.argv[1:]
    with Library.open(Path(root), _settings(int(dimension), url), watch=True):
        print("ready", flush=True)
        time.sleep(TIMEOUT)


if __name__ == "__main__":
    main()
