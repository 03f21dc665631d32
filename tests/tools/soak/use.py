"""What a user does meanwhile: searches, and changes to the documents."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from pathlib import Path

from core.errors import FindlingError
from core.library import Library

MAX_DOCUMENTS = 150  # in the folder; more are deleted again
QUERY_WORDS = re.compile(r"[^\W\d_]{4,}")


class User:
    """Uses a library at random. Errors that Findling names are counted by their sentence; all others are raised."""

    def __init__(self, source: random.Random, documents: Path, originals: list[Path]) -> None:
        self._random = source
        self._documents = documents
        self._originals = originals
        self._number = 0
        self.vocabulary = self._words()
        self.counts: Counter[str] = Counter()
        self.sentences: Counter[str] = Counter()

    def act(self, library: Library) -> None:
        """Do one thing."""
        name, action = self._random.choices(
            (
                ("searches", self.search),
                ("changes", self.change),
                ("looks", self.look),
                ("other programs", self.search_elsewhere),
                ("pauses", self.pause),
            ),
            weights=(60, 25, 10, 4, 1),
        )[0]
        self.counts[name] += 1
        try:
            action(library)
        except FindlingError as error:
            self.sentences[error.code] += 1

    def query(self) -> str:
        return " ".join(self._random.sample(self.vocabulary, self._random.randint(1, 5)))

    def search(self, library: Library) -> None:
        lanes = self._random.choice((("names",), ("words",), ("names", "words", "meaning")))
        library.search(self.query(), 10, lanes=lanes)

    def search_elsewhere(self, library: Library) -> None:
        """Another program opens the library to read it."""
        with Library.open(library.root, read_only=True) as other:
            other.search(self.query(), 5, lanes=("names", "words"))

    def look(self, library: Library) -> None:
        """What the window asks for besides searching."""
        library.progress()
        library.folders()
        library.problems()
        library.diagnostics.disk_usage()
        for hit in library.search(self.query(), 3, lanes=("words",)):
            library.queries.document(hit.path)
            library.diagnostics.why(hit.path)

    def pause(self, library: Library) -> None:
        library.indexing.pause(1.0)
        library.indexing.resume()

    def change(self, _library: Library) -> None:
        """Add, write, rename or delete a document; does nothing while their folder is away."""
        if not self._documents.is_dir():
            return
        here = [path for path in self._documents.rglob("*") if path.is_file()]
        self._number += 1
        kind = self._random.choice(("add", "add", "write", "rename", "delete"))
        if len(here) > MAX_DOCUMENTS:
            kind = "delete"
        if kind == "add" or not here:
            original = self._random.choice(self._originals)
            shutil.copy(original, self._documents / f"{self._number}-{original.name}")
        elif kind == "write":
            words = " ".join(self._random.choices(self.vocabulary, k=300))
            (self._documents / f"note-{self._random.randrange(20)}.txt").write_text(words, encoding="utf-8")
        elif kind == "rename":
            path = self._random.choice(here)
            folder = self._documents / f"folder-{self._random.randrange(4)}"
            folder.mkdir(exist_ok=True)
            path.rename(folder / f"{self._number}-{path.name[-40:]}")
        else:
            self._random.choice(here).unlink()

    def _words(self) -> list[str]:
        words: set[str] = set()
        for path in self._originals:
            if path.suffix in (".txt", ".md"):
                words.update(QUERY_WORDS.findall(path.read_text(encoding="utf-8", errors="ignore"))[:200])
        return sorted(words)
