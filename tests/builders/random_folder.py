"""A generated folder of files, the same for the same seed."""

from __future__ import annotations

import random
from pathlib import Path

CONSONANTS, VOWELS = "bdfgklmnprstvw", "aeiou"
PARTS = 7


class Generator:
    """Writes files of invented words into PARTS folders; `queries` are paragraphs, whose scores differ."""

    def __init__(self, folder: Path, *, files: int, seed: int) -> None:
        self._random = random.Random(seed)
        self._words = sorted({self._word() for _ in range(1500)})
        self.queries: list[str] = []
        folder.mkdir(parents=True)
        for number in range(files):
            self._write(folder / f"part-{number % PARTS}", number)
        for number, source in enumerate(sorted((folder / "part-0").glob("*.txt"))[:3]):  # the same bytes at two paths
            (folder / f"copy-{number}.txt").write_bytes(source.read_bytes())
        (folder / "empty.txt").touch()
        (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nthis is not one")

    def _write(self, folder: Path, number: int) -> None:
        folder.mkdir(exist_ok=True)
        paragraphs = [self._paragraph() for _ in range(self._random.randint(2, 9))]
        if number % 30 == 0:
            self.queries.append(paragraphs[-1])
        if number % 5 == 1:
            text = f"<html><body>{''.join(f'<p>{text}</p>' for text in paragraphs)}</body></html>"
            (folder / f"file-{number:04d}.html").write_text(text, encoding="utf-8")
        else:
            (folder / f"file-{number:04d}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")

    def _paragraph(self) -> str:
        sentences = (self._random.choices(self._words, k=self._random.randint(5, 14)) for _ in range(5))
        return " ".join(f"{' '.join(words).capitalize()}." for words in sentences)

    def _word(self) -> str:
        syllables = (self._random.choice(CONSONANTS) + self._random.choice(VOWELS) for _ in range(3))
        return "".join(syllables)
