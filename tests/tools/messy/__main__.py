"""How well documents are found in a messy library, at several shares of embedded documents.

    python -m tests.tools.messy FOLDER... [--files N] [--keep DIR] [--shares 0,10,50,100] [--rerank] [--show]

Copies documents of all kinds from the folders (for instance real test documents and those of
Debian's packages), adds junk without language, and indexes all of it with the English model. Then it asks for 200 words
that occur in exactly one file, for 100 pairs of words that meet in one file, and 60 questions in own words
(`questions.json`; the parts of paths are those of the Debian packages named there). Documents are embedded once; for
each share some of the vectors are removed from a copy of the library. With --keep the library stays for the next run,
with --rerank the first hits are reranked by their sentences, as the window does, and --show names what is not first.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from core.library import Library
from core.settings import Settings
from tests.system.catalogue_state import connected
from tests.tools.ask import Question, questions, rank
from tests.tools.messy import documents
from tests.tools.messy.questions import OWN_WORDS, all_questions, texts_of

DEPTH = 100
FIRST = (1, 3, 10)
SETTINGS = Settings(model="english")


def make(place: Path, folders: Sequence[Path], count: int) -> Path:
    """The library in a place, made of `count` documents and of junk if it is not there yet."""
    library, folder = place / "library", place / "documents"
    if not folder.exists():
        required = {part for question in questions(OWN_WORDS) for part in question.answers}
        documents.choose(folders, count, required, folder)
        documents.make_junk(folder / "junk")
    with Library.open(library, SETTINGS) as made:
        made.add_folder(folder)
        progress = made.wait("meaning")
        files, failed = progress.names.done, progress.words.failed
        print(f"{files} files, {failed} of them unreadable, {progress.passages_total} passages", flush=True)
    return library


def with_share(library: Path, share: int, to: Path) -> Path:
    """A copy of a library in which this percentage of the documents is embedded."""
    copy = to / f"library-{share}"
    shutil.copytree(library, copy)
    with connected(copy) as db:
        contents = [row[0] for row in db.execute("SELECT id FROM contents ORDER BY hash")]
        random.Random(share).shuffle(contents)
        removed = contents[round(len(contents) * share / 100) :]
        db.executemany(
            "DELETE FROM vectors WHERE passage_id IN (SELECT id FROM passages WHERE content_id = ?)",
            [(content,) for content in removed],
        )
        db.executemany("DELETE FROM embedded WHERE content_id = ?", [(content,) for content in removed])
        db.commit()
    return copy


def places(library: Path, to_ask: Sequence[Question], *, rerank: bool) -> list[int | None]:
    """The rank of the answer to each question."""
    with Library.open(library, SETTINGS, read_only=True) as opened:
        return [rank(one, opened.search(one.text, DEPTH, closely=rerank)) for one in to_ask]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.tools.messy", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--files", type=int, default=800, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep documents and library there for the next time")
    parser.add_argument("--shares", default="0,10,50,100", help="percentages of embedded documents")
    parser.add_argument("--rerank", action="store_true", help="rerank the first hits by their sentences")
    parser.add_argument("--show", action="store_true", help="name the questions whose answer is not first")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="findling-messy-") as temporary:
        place = options.keep or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        library = make(place, options.folders, options.files)
        to_ask = all_questions(texts_of(library))
        print(f"{'embedded':>8}  {'questions':12} {'number':>6} " + " ".join(f"{f'first {n}':>8}" for n in FIRST))
        for share in map(int, options.shares.split(",")):
            masked = with_share(library, share, Path(temporary))
            for kind, of_kind in to_ask.items():
                found = places(masked, of_kind, rerank=options.rerank)
                shares = [sum(p is not None and p <= n for p in found) / len(found) for n in FIRST]
                shown = " ".join(f"{value:8.1%}" for value in shares)
                print(f"{share:7}%  {kind:12} {len(found):6} {shown}", flush=True)
                for question, p in zip(of_kind, found, strict=True) if options.show else ():
                    if p != 1:
                        print(f"           {p or '-':>4}  {question.text}  ({Path(question.answers[0]).name})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
