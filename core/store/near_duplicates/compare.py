"""Finds near-duplicates by their sketches: drafts, other formats, quoted mails.

Texts from one template that differ in their numbers, such as two invoices, are not near-duplicates.
Thresholds and measurements: `.github/decisions/0203-near-duplicate-sketch.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.store.near_duplicates.sketch import MAX_NUMBERS, MAX_SHINGLES

MIN_RESEMBLANCE = 0.45  # shared share of all shingles of two texts
MIN_CONTAINMENT = 0.85  # shared share of the smaller text's shingles, for a text that another one quotes
MIN_SIZE_RATIO = 0.25  # of the smaller to the larger text, for a quotation
MIN_SHINGLES = 30  # shorter texts are never near-duplicates
# Two texts with more swapped numbers (each has some that the other lacks) come from one template.
MAX_SWAPPED_OF_TEXT = 0.02  # of the shingles of the shorter text
MAX_SWAPPED_OF_NUMBERS = 0.25  # of the numbers of the text with fewer,
MIN_SWAPPED = 3  # from this many on
CANDIDATE_HASHES = 16  # smallest hashes, of which near-duplicates share one in all but 1 of 10,000 pairs

Hashes = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


def near_duplicates(sketches: Sequence[bytes]) -> list[tuple[int, int]]:
    """The pairs (i, j), i < j, of near-duplicates. A text without a sketch (b"") is in no pair."""
    parsed = [_ParsedSketch.of(one) for one in sketches]
    candidates = _candidates(parsed)
    if not candidates:
        return []
    pairs = np.argwhere(np.triu(_duplicate_matrix([parsed[position] for position in candidates]), 1)).tolist()
    return [(candidates[first], candidates[second]) for first, second in pairs]


@dataclass(frozen=True, slots=True)
class _ParsedSketch:
    """The two hash samples of a text, ascending, and the estimated number of elements of each."""

    shingles: Hashes
    numbers: Hashes
    shingle_count: int
    number_count: int

    @classmethod
    def of(cls, data: bytes) -> _ParsedSketch:
        row = np.frombuffer(data or bytes(8), "<u4")
        shingle_count, number_count = int(row[0]), int(row[1])
        return cls(
            row[2 : 2 + min(shingle_count, MAX_SHINGLES)],
            row[2 + min(shingle_count, MAX_SHINGLES) :],
            shingle_count,
            number_count,
        )


def _candidates(parsed: Sequence[_ParsedSketch]) -> list[int]:
    """The indexes of the texts that share a hash with another: only these are compared."""
    samples = [
        sketch.shingles[:CANDIDATE_HASHES] if sketch.shingle_count >= MIN_SHINGLES else sketch.shingles[:0]
        for sketch in parsed
    ]
    owners = np.repeat(np.arange(len(samples)), [len(sample) for sample in samples])
    _, element_ids, occurrences = np.unique(_concatenated(samples), return_inverse=True, return_counts=True)
    return [int(position) for position in np.unique(owners[occurrences[element_ids] > 1])]


def _duplicate_matrix(parsed: Sequence[_ParsedSketch]) -> Truths:
    counts = np.array([sketch.shingle_count for sketch in parsed], np.int64)
    number_count = np.array([sketch.number_count for sketch in parsed], np.int64)
    shingles = _Overlap.of([sketch.shingles for sketch in parsed], counts, MAX_SHINGLES)
    numbers = _Overlap.of([sketch.numbers for sketch in parsed], number_count, MAX_NUMBERS)
    return shingles.are_similar() & ~numbers.have_swapped_numbers(counts)


@dataclass(frozen=True, slots=True)
class _Overlap:
    """Shared and own elements of each pair of samples, up to the smaller of their largest hashes; shape: n x n."""

    shared: Numbers
    in_first: Numbers
    sizes: Numbers

    @classmethod
    def of(cls, samples: Sequence[Hashes], sizes: Numbers, limit: int) -> _Overlap:
        ends = np.array([row[-1] if len(row) >= limit else 2**32 for row in samples], np.int64)
        common_limit = np.minimum.outer(ends, ends)
        in_first = np.array(
            [np.searchsorted(row, common_limit[position], "right") for position, row in enumerate(samples)], np.int64
        )
        return cls(_shared_counts(samples), in_first, sizes)

    def are_similar(self) -> Truths:
        """Whether the texts resemble each other, or one contains the other."""
        smaller = np.maximum(np.minimum(self.in_first, self.in_first.T), 1)
        union = np.maximum(self.in_first + self.in_first.T - self.shared, 1)
        is_part = np.minimum.outer(self.sizes, self.sizes) >= MIN_SIZE_RATIO * np.maximum.outer(self.sizes, self.sizes)
        result: Truths = (self.shared >= MIN_RESEMBLANCE * union) | (
            (self.shared >= MIN_CONTAINMENT * smaller) & is_part
        )
        return result

    def have_swapped_numbers(self, lengths: Numbers) -> Truths:
        """Whether each has many elements that the other lacks; `lengths` are the texts' shingle counts."""
        missing = self.sizes[:, None] * (self.in_first - self.shared) / np.maximum(self.in_first, 1)
        swapped = np.minimum(missing, missing.T)
        exceeds_share: Truths = (swapped >= MIN_SWAPPED) & (
            swapped > MAX_SWAPPED_OF_NUMBERS * np.minimum.outer(self.sizes, self.sizes)
        )
        result: Truths = exceeds_share | (swapped > MAX_SWAPPED_OF_TEXT * np.minimum.outer(lengths, lengths))
        return result


def _shared_counts(samples: Sequence[Hashes]) -> Numbers:
    """The number of elements that each pair of samples shares; shape: n x n."""
    owners = np.repeat(np.arange(len(samples)), [len(sample) for sample in samples])
    _, element_ids, occurrences = np.unique(_concatenated(samples), return_inverse=True, return_counts=True)
    shared = occurrences[element_ids] > 1
    columns = np.unique(element_ids[shared], return_inverse=True)[1]
    table = np.zeros((len(samples), len(columns)), np.float32)
    table[owners[shared], columns] = 1
    return (table @ table.T).astype(np.int64)


def _concatenated(samples: Sequence[Hashes]) -> Hashes:
    return np.concatenate([*samples, np.zeros(0, np.uint32)])
