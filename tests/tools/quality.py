"""Retrieval quality through the public API.

    python -m tests.tools.quality COLLECTION_DIR... [--model english|multilingual] [--settings FILE] [--queries N]
                            [--qrels FILE] [--keep DIR] [--calibration]

Each collection (BEIR layout: corpus.jsonl, queries.jsonl, qrels.tsv) becomes a folder of one text file a document,
is indexed, and every query is run with the lexical and with the semantic retriever alone (words, meaning), with all
(fused), and with the first hits reranked (+rerank): by the reranker of the settings if they name one, else by their
sentences, as the window and the command line do. Gains are linear (trec_eval's ndcg_cut). With --settings, a library's
settings.json is used: an engine on a GPU, its model and a reranker. With --keep the indexes stay for the next run; with
--calibration the bands are counted too, for the queries of each collection in its own library and in the others', where
nothing answers.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from core.document import Hit, Retriever
from core.library import Library
from core.settings import Settings, load
from tests.tools import calibration

ALL: tuple[Retriever, ...] = ("words", "meaning", "names")
RUNS: dict[str, tuple[Retriever, ...]] = {"words": ("words",), "meaning": ("meaning",), "fused": ALL, "+rerank": ALL}
AGAINST = {"fused": ("words", "meaning"), "+rerank": ("words", "fused")}
DEPTH = 100
RESAMPLES = 2000


class Scores(NamedTuple):
    ndcg10: float
    mrr10: float
    r100: float


class Collection:
    """Documents, queries and judgements (score > 0 is relevant) of one folder."""

    def __init__(self, folder: Path, *, qrels: str, most: int | None) -> None:
        self.name = folder.name
        self.documents = {str(d["_id"]): _text(d) for d in _lines(folder / "corpus.jsonl")}
        self.judged: dict[str, dict[str, float]] = {}
        path = folder / qrels if (folder / qrels).exists() else folder / "qrels.tsv"
        for row in path.read_text(encoding="utf-8").splitlines()[1:]:
            query, document, score = row.split("\t")
            if float(score) > 0:
                self.judged.setdefault(query, {})[document] = float(score)
        texts = {str(q["_id"]): str(q["text"]) for q in _lines(folder / "queries.jsonl")}
        self.queries = [(number, text) for number, text in texts.items() if number in self.judged][:most]

    def write(self, folder: Path) -> dict[str, str]:
        """Write one text file a document; returns the document of each path."""
        paths: dict[str, str] = {}
        for number, (name, text) in enumerate(self.documents.items()):
            path = folder / f"document-{number:06d}.txt"
            path.write_text(text, encoding="utf-8")
            paths[str(path)] = name
        return paths


def score(ranked: list[str], judged: dict[str, float]) -> Scores:
    """nDCG@10, MRR@10 and R@100 of one ranking."""
    gain = sum(judged.get(name, 0.0) / math.log2(rank + 2) for rank, name in enumerate(ranked[:10]))
    ideal = sum(g / math.log2(rank + 2) for rank, g in enumerate(sorted(judged.values(), reverse=True)[:10]))
    first = next((1.0 / (rank + 1) for rank, name in enumerate(ranked[:10]) if name in judged), 0.0)
    return Scores(gain / ideal, first, sum(name in judged for name in ranked[:DEPTH]) / len(judged))


class Measured:
    """A collection in a library of its own, kept in `keep` if that is given."""

    def __init__(self, collection: Collection, settings: Settings, keep: Path | None) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="findling-quality-")
        place = Path(self._temporary.name) if keep is None else keep / settings.model / collection.name
        folder = place / "documents"
        folder.mkdir(parents=True, exist_ok=True)
        self.collection = collection
        self._paths = collection.write(folder)
        self._library = Library.open(place / "library", settings)
        self._library.add_folder(folder)
        self._library.wait("meaning")

    def close(self) -> None:
        self._library.close()
        self._temporary.cleanup()

    def search(self, text: str, retrievers: tuple[Retriever, ...], *, closely: bool | None = None) -> list[Hit]:
        return self._library.search(text, DEPTH, lanes=retrievers, closely=closely)

    def documents(self, hits: list[Hit]) -> list[str]:
        """The collection's documents of some hits, in their order."""
        return [self._paths[path] for hit in hits for path in hit.paths]

    def scores(self) -> dict[str, list[Scores]]:
        """The scores of every query, for each run."""
        queries = self.collection.queries
        judged = self.collection.judged
        return {
            run: [
                score(self.documents(self.search(text, retrievers, closely=run == "+rerank")), judged[number])
                for number, text in queries
            ]
            for run, retrievers in RUNS.items()
        }


def interval(differences: list[float]) -> tuple[float, float]:
    """The 95 % interval of a mean difference, by paired bootstrap (Efron and Tibshirani, 1993)."""
    rng = random.Random(1)
    means = sorted(sum(rng.choices(differences, k=len(differences))) / len(differences) for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]


def _mean(scores: list[Scores]) -> Scores:
    return Scores(*(sum(column) / len(scores) for column in zip(*scores, strict=True)))


def _text(document: dict[str, object]) -> str:
    return f"{document.get('title') or ''}\n\n{document['text']}".strip() + "\n"


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main(argv: list[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(prog="tests.tools.quality", description=__doc__)
    arguments.add_argument("collections", nargs="+", type=Path, metavar="COLLECTION_DIR")
    arguments.add_argument("--model", choices=("english", "multilingual"), default="multilingual")
    arguments.add_argument("--settings", type=Path, metavar="FILE", help="a settings.json, in place of --model")
    arguments.add_argument("--queries", type=int, help="only the first N of each collection")
    arguments.add_argument("--qrels", default="qrels.tsv", help="judgements, where a collection has that file")
    arguments.add_argument("--keep", type=Path, metavar="DIR", help="keep the libraries there for the next time")
    arguments.add_argument("--calibration", action="store_true", help="how often each band is right")
    options = arguments.parse_args(argv)
    collections = [Collection(path, qrels=options.qrels, most=options.queries) for path in options.collections]
    settings = load(options.settings) if options.settings else Settings(model=options.model)
    if options.calibration:
        calibration.run([partial(Measured, one, settings, options.keep) for one in collections])
    else:
        _table(collections, settings, options.keep)
    return 0


def _table(collections: list[Collection], settings: Settings, keep: Path | None) -> None:
    totals: dict[str, list[Scores]] = {run: [] for run in RUNS}
    used = f"model {settings.model}, +rerank by {settings.reranker or 'the sentences of the first hits'}"
    print(f"{'collection':14} {'run':8} {'nDCG@10':>8} {'MRR@10':>8} {'R@100':>8}   {used}")
    for collection in collections:
        with closing(Measured(collection, settings, keep)) as measured:
            found = measured.scores()
        for run, scores in found.items():
            mean = _mean(scores)
            totals[run].append(mean)
            against = ""
            if others := AGAINST.get(run):
                against = "  nDCG@10 " + ", ".join(_against(found, run, other) for other in others)
            print(f"{collection.name:14} {run:8} {mean[0]:8.3f} {mean[1]:8.3f} {mean[2]:8.3f}{against}", flush=True)
    if len(collections) > 1:
        for run, scores in totals.items():
            print(f"{'mean':14} {run:8} " + " ".join(f"{value:8.3f}" for value in _mean(scores)))


def _against(found: dict[str, list[Scores]], run: str, other: str) -> str:
    differences = [this.ndcg10 - that.ndcg10 for this, that in zip(found[run], found[other], strict=True)]
    low, high = interval(differences)
    return f"- {other} {sum(differences) / len(differences):+.3f} [{low:+.3f}, {high:+.3f}]"


if __name__ == "__main__":
    sys.exit(main())
