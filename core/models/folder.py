"""The profile of a model in a person's own folder: another size, a fine-tune, a model for tests."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core import paths
from core.errors import ModelError
from core.models import QWEN3_LONGEST, QWEN3_QUERY, ModelSpec

SAMPLES = 256  # places of a weights file that are looked at, evenly spread: training changes nearly all of it
SAMPLE = 4096  # bytes at each
VOCABULARY = "tokenizer.json"
REMEDY = "Choose a folder that holds a whole model: config.json, tokenizer.json and the weights (.safetensors)."

Stamp = tuple[tuple[str, int, int], ...]


def spec_in(folder: str) -> ModelSpec:
    """The profile of the model in a folder, read again when its files change.

    A folder that cannot be reached, on a disk that is not connected say, has the profile that it had the last time:
    what was made with it stays findable. Raises ModelError if it never had one.
    """
    path = Path(folder).expanduser()
    remembered = paths.cache_dir() / "profiles" / f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}.json"
    try:
        model_spec = _read(path, _stamp(path))
    except ModelError:
        known = _recalled(remembered) if not path.is_dir() else None
        if known is None:
            raise
        return known
    _remember(model_spec, remembered)
    return model_spec


def _stamp(folder: Path) -> Stamp:
    """Name, size and time of the files that make the profile; raises ModelError where they are missing."""
    try:
        files = [folder / "config.json", *sorted(folder.glob("*.safetensors"))]
        if (folder / VOCABULARY).exists():
            files.append(folder / VOCABULARY)
        return tuple((file.name, (status := file.stat()).st_size, status.st_mtime_ns) for file in files)
    except OSError as error:
        raise ModelError(f"There is no model in {folder} ({error.strerror}).", REMEDY) from error


@functools.lru_cache(maxsize=8)
def _read(folder: Path, stamp: Stamp) -> ModelSpec:
    names = [name for name, _, _ in stamp]
    weights = [folder / name for name in names if name.endswith(".safetensors")]
    if not weights:
        raise ModelError(f"The model in {folder} has no weights.", REMEDY)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        size, longest = _number(config, "hidden_size"), _number(config, "max_position_embeddings")
        digest = hashlib.sha256(json.dumps(config, sort_keys=True).encode())
        for file in weights:
            digest.update(_sampled(file))
        words = (folder / VOCABULARY).read_bytes() if VOCABULARY in names else b""
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise ModelError(f"The model in {folder} cannot be read: {error}.", REMEDY) from error
    return ModelSpec(
        name=folder.resolve().name,
        title=f"{folder.resolve().name} (from your own folder)",
        dimension=size,
        token_limit=min(QWEN3_LONGEST, longest - 1),  # the server takes one less than the model has places
        tokenizer="bpe",
        revision=digest.hexdigest()[:16],
        query_prefix=QWEN3_QUERY,
        vocabulary=str(folder / VOCABULARY),
        vocabulary_digest=hashlib.sha256(words).hexdigest()[:16],
    )


def _number(config: Any, name: str) -> int:
    value = config[name] if isinstance(config, dict) and name in config else None
    if type(value) is not int or value < 1:
        raise ValueError(f"config.json says no {name}")
    return value


def _sampled(file: Path) -> bytes:
    """What tells a weights file from another of the same shape, from its size and some thousandth of its bytes."""
    size = file.stat().st_size
    digest = hashlib.sha256(f"{file.name} {size}".encode())
    with file.open("rb") as data:
        for number in range(SAMPLES):
            data.seek(max(0, size - SAMPLE) * number // (SAMPLES - 1))
            digest.update(data.read(SAMPLE))
    return digest.digest()


def _remember(model_spec: ModelSpec, place: Path) -> None:
    """Keep a profile; a disk that cannot take it costs the memory only."""
    if _recalled(place) == model_spec:
        return
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(model_spec), file)
        os.replace(temporary, place)


def _recalled(place: Path) -> ModelSpec | None:
    try:
        return ModelSpec(**json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
