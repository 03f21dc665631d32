"""The spec of a model in the user's own folder, for instance a fine-tune."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from core import paths
from core.errors import ModelError
from core.messages import Message
from core.models.qwen3 import QUERY, TOKEN_LIMIT
from core.models.spec import ModelSpec
from core.private_files import private_folder, replace_file

SAMPLES = 256  # samples of a weights file that are hashed, evenly spread: training changes nearly all bytes
SAMPLE_SIZE = 4096  # bytes of each
VOCABULARY = "tokenizer.json"
# Fields of a spec that are cached; the others are the same for every folder.
CACHED = (
    "name",
    "title",
    "dimension",
    "token_limit",
    "tokenizer",
    "revision",
    "query_prefix",
    "passage_prefix",
    "vocabulary",
    "vocabulary_digest",
)

Stamp = tuple[tuple[str, int, int], ...]


def spec_in(folder: str) -> ModelSpec:
    """The spec of the model in a folder, read again when its files change.

    A folder that is missing, for instance on a disconnected disk, has the cached spec, so that its vectors stay
    searchable. Raises ModelError if it was never read.
    """
    path = Path(folder).expanduser()
    cache = paths.cache_dir() / "profiles" / f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}.json"
    try:
        model_spec = _read(path, _stamp(path))
    except ModelError:
        known = _cached(cache) if not path.is_dir() else None
        if known is None:
            raise
        return known
    _cache(model_spec, cache)
    return model_spec


def _stamp(folder: Path) -> Stamp:
    """Name, size and modification time of the model's files; raises ModelError if they are missing."""
    try:
        files = [folder / "config.json", *sorted(folder.glob("*.safetensors"))]
        if (folder / VOCABULARY).exists():
            files.append(folder / VOCABULARY)
        return tuple((file.name, (status := file.stat()).st_size, status.st_mtime_ns) for file in files)
    except OSError as error:
        raise ModelError("model.no_model", folder=folder, reason=error.strerror) from error


@functools.lru_cache(maxsize=8)
def _read(folder: Path, stamp: Stamp) -> ModelSpec:
    names = [name for name, _, _ in stamp]
    weights = [folder / name for name in names if name.endswith(".safetensors")]
    if not weights:
        raise ModelError("weights.none", folder=folder)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        size, longest = _number(config, "hidden_size"), _number(config, "max_position_embeddings")
        digest = hashlib.sha256(json.dumps(config, sort_keys=True).encode())
        for file in weights:
            digest.update(_sampled(file))
        words = (folder / VOCABULARY).read_bytes() if VOCABULARY in names else b""
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise ModelError("model.unreadable", folder=folder, reason=error) from error
    return ModelSpec(
        name=folder.resolve().name,
        title=Message("model.own_folder", model=folder.resolve().name).sentence,
        dimension=size,
        token_limit=min(TOKEN_LIMIT, longest - 1),  # the server accepts one token less than the model has positions
        tokenizer="bpe",
        revision=digest.hexdigest()[:16],
        query_prefix=QUERY,
        vocabulary=str(folder / VOCABULARY),
        vocabulary_digest=hashlib.sha256(words).hexdigest()[:16],
    )


def _number(config: Any, name: str) -> int:
    value = config[name] if isinstance(config, dict) and name in config else None
    if type(value) is not int or value < 1:
        raise ValueError(f"config.json has no {name}")
    return value


def _sampled(file: Path) -> bytes:
    """A hash of a weights file's size and about a thousandth of its bytes."""
    size = file.stat().st_size
    digest = hashlib.sha256(f"{file.name} {size}".encode())
    with file.open("rb") as data:
        for number in range(SAMPLES):
            data.seek(max(0, size - SAMPLE_SIZE) * number // (SAMPLES - 1))
            digest.update(data.read(SAMPLE_SIZE))
    return digest.digest()


def _cache(model_spec: ModelSpec, path: Path) -> None:
    """Cache a spec; a full or read-only disk is no error."""
    if _cached(path) == model_spec:
        return
    with contextlib.suppress(OSError):
        private_folder(path.parent)
        replace_file(path, json.dumps({name: getattr(model_spec, name) for name in CACHED}))


def _cached(path: Path) -> ModelSpec | None:
    try:
        return ModelSpec(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
