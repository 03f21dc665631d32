"""Retrieval quality through the public API.

    python -m tests.tools.quality COLLECTION_DIR... [--model english|multilingual] [--settings FILE] [--queries N]
                            [--qrels FILE] [--keep DIR] [--documents N] [--hurried] [--calibration]

Each collection (BEIR layout: corpus.jsonl, queries.jsonl, qrels.tsv) becomes a folder of one text file a document, is
indexed, and every query is run with the lexical and with the semantic retriever alone (words, meaning), with all
(fused), and with the first hits reranked: by their sentences (sentences), and as the window and the command line do
(final), by the reranker of the settings if they name one, else by sentences and a second model. The second model reads
all that it is to read, however busy the machine is; with --hurried only what it gets done in its time. Gains are linear
(trec_eval's ndcg_cut), differences paired, with 95 % intervals; those of the mean are over all collections alike. With
--settings, a library's settings.json is used: an engine on a GPU, its model and a reranker. With --keep the indexes
stay for the next run; with --calibration the bands are counted too, for the queries of each collection in its own
library and in the others', where nothing answers: with --documents in libraries of another size, too (each in a --keep
of its own).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from typing import NamedTuple

from core.document import Hit, Retriever
from core.library import Library
from core.library.measure.metrics import interval, ndcg, recall, reciprocal_rank
from core.settings import Settings, load
from tests.tools import calibration
from tests.tools.ablation import without_second_model, without_time_limit

ALL: tuple[Retriever, ...] = ("words", "meaning", "names")
RUNS: dict[str, tuple[Retriever, ...]] = {"words": ("words",), "meaning": ("meaning",), "fused": ALL}
RUNS |= {"sentences": ALL, "final": ALL}
RERANKED = ("sentences", "final")
AGAINST = {"fused": ("words", "meaning"), "sentences": ("fused",), "final": ("words", "meaning", "fused", "sentences")}
RESAMPLES = 2000
DEPTH = 100


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
    return Scores(ndcg(ranked, judged), reciprocal_rank(ranked, judged), recall(ranked, judged, DEPTH))


def cut(collection: Collection, documents: int) -> None:
    """Leave only so many documents, those that answer the queries first, and the queries that these answer."""
    answers = [name for number, _ in collection.queries for name in collection.judged[number]]
    kept = list(dict.fromkeys([*answers, *collection.documents]))[:documents]
    collection.documents = {name: collection.documents[name] for name in kept if name in collection.documents}
    collection.queries = [
        query for query in collection.queries if collection.judged[query[0]].keys() <= collection.documents.keys()
    ]


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
        found: dict[str, list[Scores]] = {}
        for run, retrievers in RUNS.items():
            with without_second_model() if run == "sentences" else nullcontext():
                found[run] = [
                    score(self.documents(self.search(text, retrievers, closely=run in RERANKED)), judged[number])
                    for number, text in queries
                ]
        return found


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
    arguments.add_argument("--documents", type=int, help="a library of only N documents of each collection")
    arguments.add_argument("--hurried", action="store_true", help="keep the time limit of the second model")
    arguments.add_argument("--calibration", action="store_true", help="how often each band is right")
    options = arguments.parse_args(argv)
    collections = [Collection(path, qrels=options.qrels, most=options.queries) for path in options.collections]
    for collection in collections if options.documents else ():
        cut(collection, options.documents)
    settings = load(options.settings) if options.settings else Settings(model=options.model)
    with nullcontext() if options.hurried else without_time_limit():
        if options.calibration:
            calibration.run([partial(Measured, one, settings, options.keep) for one in collections])
        else:
            _table(collections, settings, options.keep)
    return 0


def _table(collections: list[Collection], settings: Settings, keep: Path | None) -> None:
    totals: dict[str, list[list[Scores]]] = {run: [] for run in RUNS}
    reranker = settings.reranker or "the sentences of the first hits and a second model"
    used = f"model {settings.model}, final by {reranker}"
    print(f"{'collection':14} {'run':9} {'nDCG@10':>8} {'MRR@10':>8} {'R@100':>8}   {used}")
    for collection in collections:
        with closing(Measured(collection, settings, keep)) as measured:
            found = measured.scores()
        for run, scores in found.items():
            totals[run].append(scores)
            _line(collection.name, run, _mean(scores), [found])
    if len(collections) > 1:
        for run, by_collection in totals.items():
            others = [{name: all_of[number] for name, all_of in totals.items()} for number in range(len(collections))]
            _line("mean", run, _mean([_mean(scores) for scores in by_collection]), others)


def _line(name: str, run: str, mean: Scores, found: Sequence[dict[str, list[Scores]]]) -> None:
    against = ", ".join(_against(found, run, other) for other in AGAINST.get(run, ()))
    print(
        f"{name:14} {run:9} {mean[0]:8.3f} {mean[1]:8.3f} {mean[2]:8.3f}" + (f"  nDCG@10 {against}" if against else ""),
        flush=True,
    )


def _against(found: Sequence[dict[str, list[Scores]]], run: str, other: str) -> str:
    """The difference in nDCG@10 of two runs, with its interval: of the mean over some collections, each alike."""
    differences = [[this.ndcg10 - that.ndcg10 for this, that in zip(of[run], of[other], strict=True)] for of in found]
    mean = sum(sum(values) / len(values) for values in differences) / len(differences)
    low, high = interval(differences[0]) if len(differences) == 1 else _interval_of_mean(differences)
    return f"- {other} {mean:+.3f} [{low:+.3f}, {high:+.3f}]"


def _interval_of_mean(samples: Sequence[Sequence[float]]) -> tuple[float, float]:
    """The 95 % interval of the mean of some means, by bootstrap within each sample."""
    rng = random.Random(1)
    means = sorted(
        sum(sum(rng.choices(values, k=len(values))) / len(values) for values in samples) / len(samples)
        for _ in range(RESAMPLES)
    )
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]


if __name__ == "__main__":
    sys.exit(main())
