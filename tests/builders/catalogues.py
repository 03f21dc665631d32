"""Small catalogues for the tests: files with texts, one passage a line, with computable vectors."""

from __future__ import annotations

import hashlib

import numpy as np

from core.document import Document, Kind, Passage
from core.models import ModelSpec
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.catalogue.vectors_table import Vectors

STAT = KnownFile(0, 10, 1_700_000_000_000_000_000, 7)


def model_spec(name: str = "made-up", dimension: int = 16) -> ModelSpec:
    return ModelSpec(name, name, dimension, 64, "wordpiece", "1")


def lines_of(text: str) -> list[Passage]:
    """A passage a line."""
    passages: list[Passage] = []
    at = 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if line.strip():
            end = at + len(line.rstrip())
            passages.append(Passage(len(passages), at, end, len(line.split()), None, number))
        at += len(line)
    return passages


def put_text(
    catalogue: Catalogue, path: str | bytes, text: str, chunking_id: int, *, title: str = "", kind: Kind = "text"
) -> int:
    """Add an extracted file, one passage a line; returns the content id."""
    name = path.encode() if isinstance(path, str) else path
    with catalogue.transaction():
        folder = catalogue.folders.add(b"/made", single=False)
        file_id = catalogue.files.put(folder, name, STAT, kind=kind, readable=True)
        digest = hashlib.sha256(text.encode()).digest()
        content_id = catalogue.contents.put(digest, Document(text, kind, title=title))
        if not catalogue.passages.is_chunked(content_id, chunking_id):
            catalogue.passages.put(content_id, chunking_id, lines_of(text))
        catalogue.files.set_read(file_id, content_id, STAT, None)
    return content_id


def unit_vectors(ids: list[int], dimension: int, seed: int = 0) -> Vectors:
    """A vector for each id that is always the same, L2-normalised."""
    rows = [np.random.default_rng((seed, number)).standard_normal(dimension) for number in ids]
    vectors = np.array(rows, np.float32).reshape(len(ids), dimension)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
