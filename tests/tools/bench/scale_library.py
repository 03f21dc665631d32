"""Makes the libraries of `tests.tools.bench scale`: shuffled sentences of real documents as files, indexed, one folder.

The second dimension gets the catalogue and the word index of the first one, with other vectors.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import blake3
import numpy as np

from core.chunk import chunking_config
from core.document import Document, Passage
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.catalogue.vectors_table import Ids, Vectors
from core.store.index_set import IndexSet
from core.store.near_duplicates.sketch import sketch
from tests.tools.bench.query import PASSAGES, SENTENCES
from tests.tools.bench.vector_steps import made_vectors

MODELS = {384: "multilingual", 1024: "qwen3-0.6b"}
ENDINGS = {2: "md", 10: "rst", 100: "log"}  # of 50 %, 10 % and 1 % of the documents, about
BATCH = 1000  # documents in one transaction
CHUNK, AHEAD = 50, 2  # documents that a process makes at a time, batches that are made meanwhile
BETWEEN_COMMITS = 10  # batches
MIXED = 0.25  # of another real vector, in each vector made of two
TREE, MADE = "documents", "made"
GONE = "gone"  # the folder in `TREE` whose files are removed


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A file that was written, and what the catalogue keeps of it."""

    path: Path
    known: KnownFile
    text: str
    cuts: list[Passage]
    digest: bytes
    sketch: bytes


class VectorSource:
    """Vectors of any number: mixtures of real ones of 384 dimensions (turned into more), or else made up."""

    def __init__(self, real: Vectors | None, dimension: int) -> None:
        self._real, self._dimension = real, dimension
        if real is not None and dimension != real.shape[1]:
            square = np.random.default_rng(1).standard_normal((dimension, real.shape[1]))
            self._turn = np.linalg.qr(square)[0].astype(np.float32)  # keeps all cosines

    def batch(self, count: int, seed: int) -> Vectors:
        """Normalised vectors (shape: count x dimension), the same for the same seed."""
        if self._real is None:
            return made_vectors(count, self._dimension, seed)
        source = np.random.default_rng(seed)
        one, other = (self._real[source.integers(0, len(self._real), count)] for _ in range(2))
        return self.fitted((1 - MIXED) * one + MIXED * other)

    def fitted(self, vectors: Vectors) -> Vectors:
        """Vectors of 384 dimensions, as those of this source."""
        found = vectors if vectors.shape[1] == self._dimension else vectors @ self._turn.T
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        return found.astype(np.float32)


def source_of(folder: Path | None, dimension: int) -> VectorSource:
    """The vectors in the files part*.npy of a folder (shape: n x 384), or made up ones without a folder."""
    if folder is None:
        return VectorSource(None, dimension)
    parts = [np.load(path) for path in sorted(folder.glob("part*.npy"))]
    return VectorSource(np.concatenate(parts).astype(np.float32), dimension)


def settings_of(dimension: int) -> Settings:
    """Settings of a library that embeds nothing."""
    return Settings(model=MODELS[dimension], engine="remote", remote_url="http://127.0.0.1:9/v1")  # type: ignore[arg-type]


def made(keep: Path, dimension: int) -> int:
    """The number of passages in a complete library; 0 if there is none."""
    try:
        return int((keep / str(dimension) / MADE).read_text(encoding="ascii") or 0)
    except OSError:
        return 0


def make(keep: Path, sentences: list[str], passages: int, gone: int, vectors: VectorSource) -> None:
    """The files, and their library of the first dimension; `gone` files are in a folder of their own.

    What an earlier call has made is kept, whether it came to its end or not.
    """
    tree, root, settings = keep / TREE, keep / str(min(MODELS)), settings_of(min(MODELS))
    root.mkdir(parents=True, exist_ok=True)
    (root / MADE).unlink(missing_ok=True)
    with (
        closing(Catalogue(root, writable=True)) as catalogue,
        ProcessPoolExecutor(None, None, _share, (sentences,)) as pool,
    ):
        fingerprint = chunking_config(settings).fingerprint
        index_set = IndexSet(root, catalogue, settings.model_spec, fingerprint, writable=True)
        with catalogue.transaction():
            home = catalogue.folders.add(os.fsencode(tree), single=False)
        done, every = catalogue.database.scalar("SELECT count(*) FROM files"), passages // PASSAGES
        batches = [range(first, min(first + BATCH, every)) for first in range(done, every, BATCH)]
        document = partial(_document, tree=tree, gone=gone)
        waiting = deque(pool.map(document, batch, chunksize=CHUNK) for batch in batches[:AHEAD])
        for place, numbers in enumerate(batches):
            with catalogue.transaction():
                for number, written in zip(numbers, waiting.popleft(), strict=True):
                    ids, content = _put(catalogue, home, index_set.chunking_id, written)
                    of_passages = vectors.batch(len(ids), number)
                    catalogue.vectors.put(index_set.model_id, ids, of_passages)
                    catalogue.vectors.mark_embedded(index_set.model_id, [content])
                    index_set.vectors.add(np.array(ids), of_passages, content)
                catalogue.vectors.set_language_checked(ids[-1])
            waiting.extend(pool.map(document, batch, chunksize=CHUNK) for batch in batches[place + AHEAD :][:1])
            while index_set.apply_changes(catalogue):
                pass
            if place % BETWEEN_COMMITS == BETWEEN_COMMITS - 1:
                index_set.words.commit()
                index_set.vectors.save()
            print(f"{time.strftime('%T')} {numbers.stop * PASSAGES} passages", flush=True)
        index_set.words.commit()
        encode(index_set)
        index_set.close()
    (root / MADE).write_text(str(passages), encoding="ascii")


def bring_up_to_date(keep: Path, dimension: int) -> None:
    """Index the words of a complete library anew, if another version of Findling has made it."""
    root, settings = keep / str(dimension), settings_of(dimension)
    with closing(Catalogue(root, writable=True)) as catalogue:
        fingerprint = chunking_config(settings).fingerprint
        index_set = IndexSet(root, catalogue, settings.model_spec, fingerprint, writable=True)
        while index_set.apply_changes(catalogue):
            pass
        index_set.words.commit()
        encode(index_set)
        index_set.close()


def ending(number: int) -> str:
    """The extension of a document."""
    return next((name for every, name in reversed(ENDINGS.items()) if number % every == 0), "txt")


def encode(index_set: IndexSet) -> None:
    """Save the vectors, and make the codes that the indexer would make in idle time."""
    index_set.vectors.save()
    while index_set.vectors.encode_next():
        pass


_sentences: list[str] = []


def _share(sentences: list[str]) -> None:
    """Keep the sentences in a process that makes documents."""
    _sentences[:] = sentences


def _document(number: int, tree: Path, gone: int) -> MadeDocument:
    """Write the file of a number, the same at each call."""
    chance = random.Random(number)
    words = "-".join(chance.choice(_sentences).split()[:4]).replace("/", "-")
    place = GONE if number < gone else f"{number // BATCH:04}"
    path = tree / place / f"{words[:50]} {number}.{ending(number)}"  # at most 255 bytes
    texts = [" ".join(chance.choices(_sentences, k=SENTENCES)) for _ in range(PASSAGES)]
    text, cuts, at = "\n\n".join(texts), [], 0
    for ordinal, one in enumerate(texts):
        cuts.append(Passage(ordinal, at, at + len(one), len(one) // 4, None, 2 * ordinal + 1))
        at += len(one) + 2
    data = text.encode("utf-8", "replace")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    stat = path.stat()
    known = KnownFile.of(0, stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return MadeDocument(path, known, text, cuts, blake3.blake3(data).digest(), sketch(text))


def _put(catalogue: Catalogue, home: int, chunking_id: int, made: MadeDocument) -> tuple[list[int], int]:
    """Add a document; returns the ids of its passages and of its content."""
    file_id = catalogue.files.put(home, os.fsencode(made.path), made.known, kind="text", readable=True)
    content = catalogue.contents.put(made.digest, Document(made.text, "text"))
    catalogue.sketches.put(content, made.sketch)
    catalogue.passages.put(content, chunking_id, made.cuts)
    catalogue.files.set_read(file_id, content, made.known, None)
    return [row.id for row in catalogue.passages.of_content(content, chunking_id)], content


def turn_into(keep: Path, dimension: int, vectors: VectorSource) -> None:
    """Make the library of another dimension from that of the first one."""
    older, root, settings = keep / str(min(MODELS)), keep / str(dimension), settings_of(dimension)
    before, after = (chunking_config(one).fingerprint for one in (settings_of(min(MODELS)), settings))
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(older, root, ignore=shutil.ignore_patterns("vectors", MADE, "backups", "logs", "*.sock"))
    if before != after:
        (root / "words" / before).rename(root / "words" / after)
    with closing(Catalogue(root, writable=True)) as catalogue:
        model_spec, database = settings.model_spec, catalogue.database
        with catalogue.transaction():
            ids: Ids = np.array([row[0] for row in database.execute("SELECT id FROM passages ORDER BY id")])
            database.execute("UPDATE recipes SET fingerprint = ?", (after,))
            sql = "UPDATE models SET fingerprint = ?, name = ?, dimension = ?"
            database.execute(sql, (model_spec.fingerprint, model_spec.name, model_spec.dimension))
            database.execute("DELETE FROM vectors")
        model = database.scalar("SELECT id FROM models")
        for first in range(0, len(ids), BATCH * PASSAGES):
            part = ids[first : first + BATCH * PASSAGES]
            with catalogue.transaction():
                catalogue.vectors.put(model, part.tolist(), vectors.batch(len(part), first))
        index_set = IndexSet(root, catalogue, model_spec, after, writable=True)
        encode(index_set)
        index_set.close()
    (root / MADE).write_text(str(made(keep, min(MODELS))), encoding="ascii")
