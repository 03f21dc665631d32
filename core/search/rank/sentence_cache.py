"""A cache of sentence vectors; it pays off because a refined query mostly finds the same documents."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.embed import Embedder, Vectors

MAX_BYTES = 24 << 20  # bytes


class SentenceCache:
    """A thread-safe LRU cache, keyed by model and text; vectors are kept as float16."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cached: OrderedDict[tuple[str, str], npt.NDArray[np.float16]] = OrderedDict()

    def clear(self) -> None:
        """Forget all sentences."""
        with self._lock:
            self._cached.clear()

    def vectors(self, texts: Sequence[str], embedder: Embedder) -> Vectors:
        """The vectors of sentences (shape: len(texts) x dimension); those not cached are embedded.

        Raises EngineError.
        """
        model = embedder.model_spec.fingerprint
        with self._lock:
            cached = {text: self._cached[model, text] for text in texts if (model, text) in self._cached}
        missing = list(dict.fromkeys(text for text in texts if text not in cached))
        if missing:
            cached |= dict(zip(missing, embedder.embed_passages(missing, urgent=True).astype(np.float16), strict=True))
        with self._lock:
            for text, vector in cached.items():
                self._cached[model, text] = vector
                self._cached.move_to_end((model, text))
            while len(self._cached) * embedder.model_spec.dimension * 2 > MAX_BYTES:
                self._cached.popitem(last=False)
        return np.array([cached[text] for text in texts], np.float32).reshape(len(texts), embedder.model_spec.dimension)
