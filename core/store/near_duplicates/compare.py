"""Which of some texts are versions of one another, by their signatures: drafts, other formats, a mail quoted whole.

Two letters made from one template say the same but for their numbers. Those are no versions, however alike they are:
nobody takes the invoice of May for a version of April's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.store.near_duplicates.sketch import NUMBERS, RUNS

# Of texts that were edited so much is left in common: .75 with one word in twenty changed here and there, .57 with one
# in ten, .2 with one in three; .5 where a third was written anew in one piece. Different texts have .05 at most.
ALIKE = 0.45
# A mail that another one quotes: nearly all of it is there, and it is no small part of the other.
QUOTED, NO_LESS = 0.85, 0.25
FEWEST = 30  # runs of words of a text that can be told from others
# More numbers than this stand in place of others, for the length of the text or for the numbers that there are.
OF_TEXT, OF_NUMBERS, SOME = 0.02, 0.25, 3
LOWEST = 16  # hashes of which two versions have one in common, but for one pair in ten thousand

Hashes = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


def near_duplicates(signatures: Sequence[bytes]) -> list[tuple[int, int]]:
    """The pairs (i, j), i before j, of texts that are versions of one another. One with no signature (b"") is none."""
    sketches = [_Sketch.of(one) for one in signatures]
    near = _near(sketches)
    if not near:
        return []
    pairs = np.argwhere(np.triu(_versions([sketches[at] for at in near]), 1)).tolist()
    return [(near[first], near[second]) for first, second in pairs]


@dataclass(frozen=True, slots=True)
class _Sketch:
    """The two samples of a text, ascending, and how large a whole each is taken from."""

    runs: Hashes
    numbers: Hashes
    count: int
    figures: int

    @classmethod
    def of(cls, data: bytes) -> _Sketch:
        row = np.frombuffer(data or bytes(8), "<u4")
        count, figures = int(row[0]), int(row[1])
        return cls(row[2 : 2 + min(count, RUNS)], row[2 + min(count, RUNS) :], count, figures)


def _near(sketches: Sequence[_Sketch]) -> list[int]:
    """The texts that may be versions of others: only they are compared."""
    samples = [sketch.runs[:LOWEST] if sketch.count >= FEWEST else sketch.runs[:0] for sketch in sketches]
    owners = np.repeat(np.arange(len(samples)), [len(sample) for sample in samples])
    _, which, often = np.unique(_joined(samples), return_inverse=True, return_counts=True)
    return [int(at) for at in np.unique(owners[often[which] > 1])]


def _versions(sketches: Sequence[_Sketch]) -> Truths:
    counts = np.array([sketch.count for sketch in sketches], np.int64)
    figures = np.array([sketch.figures for sketch in sketches], np.int64)
    runs = _Compared.of([sketch.runs for sketch in sketches], counts, RUNS)
    numbers = _Compared.of([sketch.numbers for sketch in sketches], figures, NUMBERS)
    return runs.alike() & ~numbers.exchanged(counts)


@dataclass(frozen=True, slots=True)
class _Compared:
    """Of each pair of samples, as far as both reach: how much both have, and how much the first; shape: n x n."""

    both: Numbers
    first: Numbers
    sizes: Numbers

    @classmethod
    def of(cls, samples: Sequence[Hashes], sizes: Numbers, kept: int) -> _Compared:
        ends = np.array([row[-1] if len(row) >= kept else 2**32 for row in samples], np.int64)
        upto = np.minimum.outer(ends, ends)
        first = np.array([np.searchsorted(row, upto[at], "right") for at, row in enumerate(samples)], np.int64)
        return cls(_common(samples), first, sizes)

    def alike(self) -> Truths:
        least = np.maximum(np.minimum(self.first, self.first.T), 1)
        either = np.maximum(self.first + self.first.T - self.both, 1)
        is_part = np.minimum.outer(self.sizes, self.sizes) >= NO_LESS * np.maximum.outer(self.sizes, self.sizes)
        found: Truths = (self.both >= ALIKE * either) | ((self.both >= QUOTED * least) & is_part)
        return found

    def exchanged(self, lengths: Numbers) -> Truths:
        """Whether many of one's elements are missing in the other, and as many others are there in their place."""
        missing = self.sizes[:, None] * (self.first - self.both) / np.maximum(self.first, 1)
        swapped = np.minimum(missing, missing.T)
        many: Truths = (swapped >= SOME) & (swapped > OF_NUMBERS * np.minimum.outer(self.sizes, self.sizes))
        found: Truths = many | (swapped > OF_TEXT * np.minimum.outer(lengths, lengths))
        return found


def _common(samples: Sequence[Hashes]) -> Numbers:
    """How many elements each two of the samples have in common."""
    owners = np.repeat(np.arange(len(samples)), [len(sample) for sample in samples])
    _, which, often = np.unique(_joined(samples), return_inverse=True, return_counts=True)
    shared = often[which] > 1
    columns = np.unique(which[shared], return_inverse=True)[1]
    table = np.zeros((len(samples), len(columns)), np.float32)
    table[owners[shared], columns] = 1
    return (table @ table.T).astype(np.int64)


def _joined(samples: Sequence[Hashes]) -> Hashes:
    return np.concatenate([*samples, np.zeros(0, np.uint32)])
