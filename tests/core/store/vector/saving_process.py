"""A process that adds, removes, saves and compacts until it is killed; says "ready" after the first round.

python -m tests.core.store.vector.saving_process ROOT
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from core.store.catalogue.catalogue import Catalogue
from core.store.vector import coarse, saved, segments
from core.store.vector.index import VectorIndex
from tests.builders.catalogues import model_spec, put_text, unit_vectors

DIMENSION = 16
LINES = 30  # of each document
FIRST_LINES = 400  # of the first one: enough for codes


def main() -> None:
    """Each round embeds a document, and takes half of the vectors of another one out again."""
    segments.SEGMENT_ROWS, segments.BLOCK_ROWS, saved.MIN_DELETED = 64, 16, 20
    coarse.GROUP_SEGMENTS = 2
    coarse.crossing = lambda *_: 0.0  # every full segment gets codes
    root = Path(sys.argv[1])
    catalogue = Catalogue(root, writable=True)
    chunking = catalogue.passages.chunking_id("one")
    model = catalogue.vectors.model_id(model_spec(), chunking)
    index = VectorIndex(root / "vectors" / "one.vectors", DIMENSION)
    index.sync(catalogue.vectors, model)
    first = len(catalogue.files.all_paths())
    for number in range(first, first + 10_000):
        text = "\n".join(f"{number} {line}" for line in range(LINES if number else FIRST_LINES))
        content = put_text(catalogue, f"/made/{number}.txt", text, chunking)
        ids = [row.id for row in catalogue.passages.of_content(content, chunking)]
        vectors = unit_vectors(ids, DIMENSION)
        catalogue.vectors.put(model, ids, vectors)
        index.add(np.array(ids), vectors, content)
        gone = index.ids()[::3][:LINES]
        catalogue.vectors.clear(gone.tolist())
        index.remove(gone)
        index.save()
        index.compact()
        while index.encode_next():
            pass
        if number == first:
            print("ready", flush=True)


if __name__ == "__main__":
    main()
