"""Questions to a messy library: words that one file has, pairs that meet in one file, and some in own words."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from core.store.catalogue.catalogue import Catalogue
from tests.system.catalogue_state import connected
from tests.tools.ask import Question, questions

SINGLE, PAIRS = 200, 100
OWN_WORDS = Path(__file__).parent / "questions.json"
# A word to ask for stands by itself; what a file has are also the parts of joined words.
WORD = re.compile(r"(?<![\w.@/'’-])(?<!-\n)[a-zA-Z]{4,24}(?![\w@/'’-])")
PART = re.compile(r"[^\W_]+")
PAIR_FILES = range(2, 40)  # files that have each word of a pair
TRIES = 400  # pairs drawn from a file until one is found that meets only there
Paths = tuple[str, ...]


def texts_of(library: Path) -> dict[Paths, str]:
    """The text of each content of a library, by the paths of its files."""
    with connected(library) as db:
        rows = db.execute("SELECT content_id, path FROM files WHERE content_id IS NOT NULL ORDER BY path").fetchall()
    paths: dict[int, list[str]] = {}
    for content, path in rows:
        paths.setdefault(content, []).append(path.decode(errors="surrogateescape"))
    catalogue = Catalogue(library, writable=False)
    try:
        return {tuple(of): catalogue.contents.text(content) for content, of in paths.items()}
    finally:
        catalogue.close()


def all_questions(texts: Mapping[Paths, str]) -> dict[str, list[Question]]:
    """The questions of each kind, always the same ones of the same texts."""
    words = {paths: sorted({word.lower() for word in WORD.findall(text)}) for paths, text in texts.items()}
    named = {word for paths in texts for path in paths for word in re.findall(r"[^\W\d_]+", Path(path).name.lower())}
    having: dict[str, set[Paths]] = {}
    for paths, text in texts.items():
        for word in {part.lower() for part in PART.findall(text)}:
            if word not in named:
                having.setdefault(word, set()).add(paths)
    rng = random.Random(14)
    files = sorted(paths for paths in words)
    return {
        "one word": _single(files, words, having, rng),
        "two words": _pairs(files, words, having, rng),
        "own words": questions(OWN_WORDS),
    }


def _single(
    files: Sequence[Paths], words: Mapping[Paths, list[str]], having: Mapping[str, set[Paths]], rng: random.Random
) -> list[Question]:
    """Words that occur in exactly one file: each of another file as long as there are any, as long ones have most."""
    own = {paths: [word for word in words[paths] if len(having.get(word, ())) == 1] for paths in files}
    found: list[Question] = []
    while len(found) < SINGLE and any(own.values()):
        for paths in rng.sample(files, len(files)):
            if own[paths] and len(found) < SINGLE:
                found.append(_question(own[paths].pop(rng.randrange(len(own[paths]))), paths))
    return found


def _pairs(
    files: Sequence[Paths], words: Mapping[Paths, list[str]], having: Mapping[str, set[Paths]], rng: random.Random
) -> list[Question]:
    """Pairs of words that several files have, and only one has both."""
    found: list[Question] = []
    for paths in rng.sample(files, len(files)):
        shared = [word for word in words[paths] if len(having.get(word, ())) in PAIR_FILES]
        for _ in range(TRIES if len(shared) > 1 else 0):
            one, other = rng.sample(shared, 2)
            if len(having[one] & having[other]) == 1:
                found.append(_question(f"{one} {other}", paths))
                break
        if len(found) == PAIRS:
            break
    return found


def _question(text: str, answers: Collection[str]) -> Question:
    return Question(text, tuple(answers))
