"""A linear map of query vectors, learnt from what one person opened, and pulled toward doing nothing.

Each query is moved from the passages that were passed over toward those that were opened. Measured in
.github/decisions/0952-query-adapter.md.
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.embed.responses import Vectors

STEP = 2.0  # how far a query is to move, in differences of passages opened and passed over
PULL = 0.03  # toward the identity, for each example
NAME = "adapter.npz"  # in the library's folder


@dataclass(frozen=True, slots=True)
class Example:
    """The vectors (shape: dimension) of a query, of the passage that was opened, and the mean of those passed over."""

    query: Vectors
    opened: Vectors
    passed_over: Vectors


@dataclass(frozen=True, eq=False, slots=True)
class QueryAdapter:
    """A map of the query vectors of the model with this fingerprint; `matrix` has shape: dimension x dimension."""

    matrix: Vectors
    fingerprint: str

    @classmethod
    def fitted(cls, examples: Sequence[Example], fingerprint: str) -> QueryAdapter:
        """The map that fits the examples best (ridge regression, in closed form)."""
        queries = np.array([one.query for one in examples], np.float64)
        moves = np.array([one.opened - one.passed_over for one in examples], np.float64)
        identity = np.eye(queries.shape[1])
        gram = queries.T @ queries + PULL * len(examples) * identity
        matrix = identity + np.linalg.solve(gram, STEP * queries.T @ moves)
        return cls(matrix.astype(np.float32), fingerprint)

    @classmethod
    def load(cls, root: Path, fingerprint: str) -> QueryAdapter | None:
        """The map in a library's folder; None without one for the model, or if its file is damaged."""
        try:
            stored = np.load(io.BytesIO((root / NAME).read_bytes()), allow_pickle=False)
            matrix, model = stored["matrix"].astype(np.float32), str(stored["fingerprint"])
        except (
            OSError,
            ValueError,
            IndexError,
            KeyError,
            EOFError,
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
        ):
            return None
        is_sound = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] and bool(np.isfinite(matrix).all())
        return cls(matrix, model) if is_sound and model == fingerprint else None

    def save(self, root: Path) -> None:
        """Put it into a library's folder, as a whole. Raises OSError."""
        temporary = root / f"{NAME}.new"
        with temporary.open("wb") as file:
            np.savez(file, matrix=self.matrix.astype(np.float16), fingerprint=np.array(self.fingerprint))
        os.replace(temporary, root / NAME)

    def apply(self, vector: Vectors) -> Vectors:
        """The query vector after the map (shape: dimension, L2 norm 1)."""
        moved: Vectors = vector @ self.matrix
        return moved / max(float(np.linalg.norm(moved)), 1e-9)


def forget(root: Path) -> None:
    """Delete the map of a library. Raises OSError."""
    (root / NAME).unlink(missing_ok=True)
