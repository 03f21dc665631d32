"""What a second model makes of the first hits' passages: kept in the library's folder, and made within a time limit."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from core.embed import CurrentEmbedder, Embedder, Vectors
from core.engine.server import Endpoint
from core.errors import EngineError
from core.search.rank.second_stage import SecondVectors, is_understood, second_texts
from core.store.text_vectors import FOLDER, TextVectors

BUDGET_SECONDS = 1.5  # for what is not known yet for one query; the rest is scored without it
BATCH_TEXTS = 12


def forget(root: Path) -> None:
    """Delete the vectors that are kept in a library's folder."""
    shutil.rmtree(root / FOLDER, ignore_errors=True)


class SecondModel:
    """The vectors that the second model of an engine makes for queries. Thread-safe."""

    def __init__(self, root: Path, *, writable: bool) -> None:
        self._root, self._writable = root, writable
        self._embedder: CurrentEmbedder[Endpoint] = CurrentEmbedder(in_flight=1)
        self._kept: TextVectors | None = None

    def vectors(
        self, endpoint: Endpoint, question: str, passages: Sequence[str], sentences: Mapping[int, Sequence[str]]
    ) -> SecondVectors | None:
        """The vectors of a query, of passages (in the order of the hits) and of some of their sentences, by place.

        Those that do not get ready within `BUDGET_SECONDS` are left out. None if the model is of no use for them.
        """
        second = endpoint.second
        if second is None or not is_understood(question, second.model_spec):
            return None
        texts = second_texts(passages, second.model_spec)
        if not texts:
            return None
        embedder = self._embedder.at(second)
        needed = [text for place, passage in texts.items() for text in (passage, *sentences.get(place, ()))]
        try:
            query, found = embedder.embed_query(question), self._read(needed, embedder)
        except EngineError:
            return None
        by_place = {place: found[passage] for place, passage in texts.items() if passage in found}
        nearest = {
            place: np.array([found[text] for text in sentences[place]])
            for place in by_place
            if sentences.get(place) and all(text in found for text in sentences[place])
        }
        return SecondVectors(second.model_spec, by_place, query, nearest)

    def release_memory(self) -> None:
        """Give back memory until the next query."""
        if self._kept is not None:
            self._kept.release()

    def clear(self) -> None:
        """Forget the vectors of all passages, and delete the file that they are kept in."""
        if self._writable:
            forget(self._root)
        self._kept = None

    def close(self) -> None:
        """End the requests under way."""
        self._embedder.close()

    def _read(self, texts: Sequence[str], embedder: Embedder) -> dict[str, Vectors]:
        """The vectors of those texts that are known, and of as many others as there is time for, in their order."""
        spec = embedder.model_spec
        if self._kept is None:
            self._kept = TextVectors(self._root, spec.fingerprint, spec.dimension, writable=self._writable)
        texts = list(dict.fromkeys(texts))
        known = self._kept.known(texts)
        missing = [text for text, is_known in zip(texts, known, strict=True) if not is_known]
        batches = [[text for text, is_known in zip(texts, known, strict=True) if is_known]]
        batches += [missing[at : at + BATCH_TEXTS] for at in range(0, len(missing), BATCH_TEXTS)]

        def embed(new: Sequence[str]) -> Vectors:
            return embedder.embed_passages(new, urgent=True)

        found: dict[str, Vectors] = {}
        deadline = time.monotonic() + BUDGET_SECONDS
        for number, batch in enumerate(batches):
            if number and time.monotonic() > deadline:
                break
            found |= dict(zip(batch, self._kept.get(batch, embed), strict=True))
        return found
