"""The vectors of the sentences that were looked at lately: whoever refines a question gets the same documents again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.embed import Embedder, Vectors

MAX_BYTES = 24 << 20  # bytes


class SentenceCache:
    """A memory for any thread; vectors of different models never meet in it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], npt.NDArray[np.float16]] = OrderedDict()

    def of(self, texts: Sequence[str], embedder: Embedder) -> Vectors:
        """The vectors of some sentences, shape: len(texts) x dimension; those not known are embedded. Raises as that.

        They are kept in sixteen bits.
        """
        model = embedder.model_spec.fingerprint
        with self._lock:
            known = {text: self._known[model, text] for text in texts if (model, text) in self._known}
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if missing:
            known |= dict(zip(missing, embedder.embed_passages(missing, urgent=True).astype(np.float16), strict=True))
        with self._lock:
            for text, vector in known.items():
                self._known[model, text] = vector
                self._known.move_to_end((model, text))
            while len(self._known) * embedder.model_spec.dimension * 2 > MAX_BYTES:
                self._known.popitem(last=False)
        return np.array([known[text] for text in texts], np.float32).reshape(len(texts), embedder.model_spec.dimension)
