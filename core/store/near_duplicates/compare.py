"""Which of some texts are versions of one another, by their signatures: drafts, other formats, a mail quoted whole.

Two letters made from one template say the same but for their numbers. Those are no versions, however alike they are:
nobody takes the invoice of May for a version of April's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.store.near_duplicates.sketch import MAX_NUMBERS, MAX_SHINGLES

# Of texts that were edited so much is left in common: .75 with one word in twenty changed here and there, .57 with one
# in ten, .2 with one in three; .5 where a third was written anew in one piece. Different texts have .05 at most.
MIN_RESEMBLANCE = 0.45
# A mail that another one quotes: nearly all of it is there, and it is no small part of the other.
MIN_CONTAINMENT, MIN_SIZE_RATIO = 0.85, 0.25
MIN_SHINGLES = 30  # runs of words of a text that can be told from others
# More numbers than this stand in place of others, for the length of the text or for the numbers that there are.
MAX_SWAPPED_OF_TEXT, MAX_SWAPPED_OF_NUMBERS, MIN_SWAPPED = 0.02, 0.25, 3
CANDIDATE_HASHES = 16  # hashes of which two versions have one in common, but for one pair in ten thousand

Hashes = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


def near_duplicates(signatures: Sequence[bytes]) -> list[tuple[int, int]]:
    """The pairs (i, j), i before j, of texts that are versions of one another. One with no signature (b"") is none."""
    sketches = [_ParsedSketch.of(one) for one in signatures]
    near = _candidates(sketches)
    if not near:
        return []
    pairs = np.argwhere(np.triu(_duplicate_matrix([sketches[at] for at in near]), 1)).tolist()
    return [(near[first], near[second]) for first, second in pairs]


@dataclass(frozen=True, slots=True)
class _ParsedSketch:
    """The two samples of a text, ascending, and how large a whole each is taken from."""

    runs: Hashes
    numbers: Hashes
    count: int
    figures: int

    @classmethod
    def of(cls, data: bytes) -> _ParsedSketch:
        row = np.frombuffer(data or bytes(8), "<u4")
        count, figures = int(row[0]), int(row[1])
        return cls(row[2 : 2 + min(count, MAX_SHINGLES)], row[2 + min(count, MAX_SHINGLES) :], count, figures)


def _candidates(sketches: Sequence[_ParsedSketch]) -> list[int]:
    """The texts that may be versions of others: only they are compared."""
    samples = [
        sketch.runs[:CANDIDATE_HASHES] if sketch.count >= MIN_SHINGLES else sketch.runs[:0] for sketch in sketches
    ]
    owners = np.repeat(np.arange(len(samples)), [len(sample) for sample in samples])
    _, which, often = np.unique(_concatenated(samples), return_inverse=True, return_counts=True)
    return [int(at) for at in np.unique(owners[often[which] > 1])]


def _duplicate_matrix(sketches: Sequence[_ParsedSketch]) -> Truths:
    counts = np.array([sketch.count for sketch in sketches], np.int64)
    figures = np.array([sketch.figures for sketch in sketches], np.int64)
    runs = _Overlap.of([sketch.runs for sketch in sketches], counts, MAX_SHINGLES)
    numbers = _Overlap.of([sketch.numbers for sketch in sketches], figures, MAX_NUMBERS)
    return runs.alike() & ~numbers.exchanged(counts)


@dataclass(frozen=True, slots=True)
class _Overlap:
    """Of each pair of samples, as far as both reach: how much both have, and how much the first; shape: n x n."""

    both: Numbers
    first: Numbers
    sizes: Numbers

    @classmethod
    def of(cls, samples: Sequence[Hashes], sizes: Numbers, kept: int) -> _Overlap:
        ends = np.array([row[-1] if len(row) >= kept else 2**32 for row in samples], np.int64)
        upto = np.minimum.outer(ends, ends)
        first = np.array([np.searchsorted(row, upto[at], "right") for at, row in enumerate(samples)], np.int64)
        return cls(_shared_counts(samples), first, sizes)

    def alike(self) -> Truths:
        least = np.maximum(np.minimum(self.first, self.first.T), 1)
        either = np.maximum(self.first + self.first.T - self.both, 1)
        is_part = np.minimum.outer(self.sizes, self.sizes) >= MIN_SIZE_RATIO * np.maximum.outer(self.sizes, self.sizes)
        found: Truths = (self.both >= MIN_RESEMBLANCE * either) | ((self.both >= MIN_CONTAINMENT * least) & is_part)
        return found

    def exchanged(self, lengths: Numbers) -> Truths:
        """Whether many of one's elements are missing in the other, and as many others are there in their place."""
        missing = self.sizes[:, None] * (self.first - self.both) / np.maximum(self.first, 1)
        swapped = np.minimum(missing, missing.T)
        many: Truths = (swapped >= MIN_SWAPPED) & (
            swapped > MAX_SWAPPED_OF_NUMBERS * np.minimum.outer(self.sizes, self.sizes)
        )
        found: Truths = many | (swapped > MAX_SWAPPED_OF_TEXT * np.minimum.outer(lengths, lengths))
        return found


def _shared_counts(samples: Sequence[Hashes]) -> Numbers:
    """How many elements each two of the samples have in common."""
    owners = np.repeat(np.arange(len(samples)), [len(sample) for sample in samples])
    _, which, often = np.unique(_concatenated(samples), return_inverse=True, return_counts=True)
    shared = often[which] > 1
    columns = np.unique(which[shared], return_inverse=True)[1]
    table = np.zeros((len(samples), len(columns)), np.float32)
    table[owners[shared], columns] = 1
    return (table @ table.T).astype(np.int64)


def _concatenated(samples: Sequence[Hashes]) -> Hashes:
    return np.concatenate([*samples, np.zeros(0, np.uint32)])
