"""The metadata of a model folder, checked without reading the weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ModelError

MAX_HEADER = 100_000_000  # bytes; the format's own limit
EMBEDDING_TABLE = "embed_tokens.weight"


@dataclass(frozen=True, slots=True)
class WeightsMetadata:
    """A model: vectors of `hidden_size`, texts of at most `context` tokens, `bytes` of weights."""

    architecture: str
    hidden_size: int
    layers: int
    context: int
    vocabulary: int
    bytes: int
    dtype: str


def weights_metadata(folder: Path) -> WeightsMetadata:
    """Check a folder by its config, its tokenizer, and each weight file's header; raises ModelError."""
    try:
        return _facts(folder.expanduser())
    except (OSError, RuntimeError) as error:  # too long a name, or the home of an unknown user
        raise ModelError("weights.unreadable_folder", folder=folder) from error


def _facts(folder: Path) -> WeightsMetadata:
    config = _config(folder)
    tokenizer = _json(folder / "tokenizer.json")
    if "model" not in tokenizer:
        raise ModelError("weights.not_a_tokenizer", folder=folder)
    size, shapes = _weights(folder)
    found = WeightsMetadata(
        architecture=_architecture(folder, config),
        hidden_size=_number(folder, config, "hidden_size"),
        layers=_number(folder, config, "num_hidden_layers"),
        context=_number(folder, config, "max_position_embeddings"),
        vocabulary=_number(folder, config, "vocab_size"),
        bytes=size,
        dtype=str(config.get("dtype") or config.get("torch_dtype") or ""),
    )
    _check_shape(folder, found, shapes)
    return found


def _config(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise ModelError("weights.no_folder", folder=folder)
    if not (folder / "config.json").exists():
        raise ModelError("weights.no_config", folder=folder)
    return _json(folder / "config.json")


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError("weights.file_missing", folder=path.parent, file=path.name) from error
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError("weights.file_unreadable", folder=path.parent, file=path.name) from error
    if not isinstance(value, dict):
        raise ModelError("weights.file_wrong", folder=path.parent, file=path.name)
    return value


def _architecture(folder: Path, config: dict[str, Any]) -> str:
    names = config.get("architectures")
    if not isinstance(names, list) or not names or not isinstance(names[0], str):
        raise ModelError("weights.no_architecture", folder=folder)
    return names[0]


def _number(folder: Path, config: dict[str, Any], name: str) -> int:
    value = config.get(name)
    if type(value) is not int or value < 1:
        raise ModelError("weights.no_number", folder=folder, name=name)
    return value


def _weights(folder: Path) -> tuple[int, dict[str, list[int]]]:
    """The bytes of all weight files, and the shape of each tensor."""
    index = folder / "model.safetensors.index.json"
    files_by_tensor: dict[str, str] = {}
    if index.exists():
        table = _json(index).get("weight_map")
        if not isinstance(table, dict) or not all(isinstance(name, str) and _is_plain(name) for name in table.values()):
            raise ModelError("weights.file_wrong", folder=folder, file=index.name)
        files_by_tensor = table
    files = sorted({folder / name for name in files_by_tensor.values()}) or sorted(folder.glob("*.safetensors"))
    if not files:
        raise ModelError("weights.none", folder=folder)
    shapes: dict[str, list[int]] = {}
    for file in files:
        shapes |= _tensors(file)
    if missing := sorted(set(files_by_tensor) - set(shapes)):
        raise ModelError("weights.incomplete", folder=folder, missing=missing[0])
    return sum(file.stat().st_size for file in files), shapes


def _is_plain(name: str) -> bool:
    return bool(name) and "/" not in name and "\\" not in name and name not in (".", "..")


def _tensors(file: Path) -> dict[str, list[int]]:
    """The shape of each tensor of a safetensors file, whose size must match its header.

    Format: https://github.com/huggingface/safetensors#format
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as data:
            length = int.from_bytes(data.read(8), "little")
            table = json.loads(data.read(min(length, MAX_HEADER, size)))
        table.pop("__metadata__", None)
        ends = [int(tensor["data_offsets"][1]) for tensor in table.values()]
        shapes = {name: [int(number) for number in tensor["shape"]] for name, tensor in table.items()}
    except FileNotFoundError as error:
        raise ModelError("weights.incomplete", folder=file.parent, missing=file.name) from error
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ModelError("weights.damaged", file=file) from error
    whole = 8 + length + max(ends, default=0)
    if size != whole:
        raise ModelError("weights.truncated", file=file, size=size, expected=whole)
    return shapes


def _check_shape(folder: Path, found: WeightsMetadata, shapes: dict[str, list[int]]) -> None:
    table = next((shape for name, shape in shapes.items() if name.endswith(EMBEDDING_TABLE)), None)
    if table is not None and table != [found.vocabulary, found.hidden_size]:
        raise ModelError("weights.other_model", folder=folder)
