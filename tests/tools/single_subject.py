"""How often a library on one subject is told to have no answer, and how often it answers questions on other subjects.

    python -m tests.tools.single_subject COLLECTION_DIR... [--model english|multilingual] [--foreign DIR...]
                                         [--having WORD,...] [--keep DIR] [--rerank]

Each collection (BEIR layout) becomes a library. Its own questions have answers: to say that nothing answers is wrong.
Those of the other collections, of the --foreign ones, and 56 on everyday things in 14 languages and 10 scripts
(`foreign_questions.json`) have none: to call a hit strong or likely is wrong. With --having only the documents that
have one of these words are taken, and the questions that these answer. --keep and --rerank are as in
`tests.tools.quality` and `tests.tools.messy`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from core.document import Hit
from core.settings import Settings
from tests.tools.quality import ALL, Collection, Measured

MANY_LANGUAGES = Path(__file__).parent / "foreign_questions.json"
FOREIGN = 60  # questions of each other collection, evenly taken
SHOWN = 10
BANDS = ("strong", "likely", "weak", "none")


def cut(collection: Collection, having: Sequence[str]) -> None:
    """Leave only the documents that have one of these words, and the questions that they answer."""
    collection.documents = {
        number: text for number, text in collection.documents.items() if any(word in text.lower() for word in having)
    }
    kept = collection.documents.keys()
    collection.judged = {
        number: {name: gain for name, gain in of.items() if name in kept}
        for number, of in collection.judged.items()
        if of.keys() & kept
    }
    collection.queries = [query for query in collection.queries if query[0] in collection.judged]


def answer(hits: Sequence[Hit]) -> str:
    """What a list says: the best band, or "nothing" where it says that nothing answers."""
    if all(hit.band == "none" and hit.tier == "related" for hit in hits):
        return "nothing"
    return min((hit.band for hit in hits), key=BANDS.index)


def report(measured: Measured, name: str, texts: Sequence[str], *, rerank: bool) -> None:
    found = Counter(answer(measured.search(text, ALL, closely=rerank)[:SHOWN]) for text in texts)
    shares = "  ".join(f"{said} {found[said] / len(texts):6.1%}" for said in ("nothing", "strong", "likely", "weak"))
    print(f"{measured.collection.name:12} {name:20} {len(texts):5}  {shares}", flush=True)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.tools.single_subject", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("collections", nargs="+", type=Path, metavar="COLLECTION_DIR")
    parser.add_argument("--model", choices=("english", "multilingual"), default="english")
    parser.add_argument("--foreign", nargs="*", type=Path, default=[], metavar="DIR", help="only their questions")
    parser.add_argument("--having", default="", help="only documents with one of these words")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the libraries there for the next time")
    parser.add_argument("--rerank", action="store_true", help="rerank the first hits by their sentences")
    options = parser.parse_args(argv)
    collections = [Collection(path, qrels="qrels.tsv", most=None) for path in options.collections]
    others = [Collection(path, qrels="qrels.tsv", most=None) for path in options.foreign]
    by_language: dict[str, list[str]] = json.loads(MANY_LANGUAGES.read_text(encoding="utf-8"))
    everyday = [text for texts in by_language.values() for text in texts]
    for collection in collections if options.having else ():
        cut(collection, options.having.lower().split(","))
    print(f"{'library':12} {'questions':20} {'number':>5}")
    for collection in collections:
        with closing(Measured(collection, Settings(model=options.model), options.keep)) as measured:
            own = [text for _, text in collection.queries]
            report(measured, "its own", own, rerank=options.rerank)
            report(measured, f"in {len(by_language)} languages", everyday, rerank=options.rerank)
            for other in (*collections, *others):
                if other is not collection:
                    texts = [text for _, text in other.queries]
                    report(measured, f"of {other.name}", texts[:: max(1, len(texts) // FOREIGN)], rerank=options.rerank)
    return 0


if __name__ == "__main__":
    sys.exit(main())
