"""Everything a person can choose, as one frozen value: load, save, defaults."""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core.errors import BadInputError

NAME = "settings.json"  # in the library's folder

ModelChoice = Literal["multilingual", "english"]
EngineChoice = Literal["builtin", "remote"]

# What a number in the file may be: with no reader, say, everything would wait for ever.
LIMITS = {
    "passage_tokens": (16, 32_768),
    "overlap_tokens": (0, 8_192),
    "readers": (1, 16),
    "batch_tokens": (64, 1_000_000),
    "requests_in_flight": (1, 64),
    "max_file_mb": (1, 100_000),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of one library.

    `model` decides the vectors (a change re-embeds; vectors of the other model are kept). `engine` is where they are
    made: "builtin" (embedded, on the CPU) or "remote" (any OpenAI-compatible server at `remote_url` with
    `remote_key` that serves the same model). `passage_tokens` and `overlap_tokens` cut documents into passages.
    `readers` is the number of reader processes. `max_file_mb` is the largest file whose text is read.
    `watch`: a program that stays open sees changes at once, without being told to look.
    `exclude` are names (with * and ?) of files and folders to leave out, beside the protective defaults.
    """

    model: ModelChoice = "multilingual"
    engine: EngineChoice = "builtin"
    remote_url: str = ""
    remote_key: str = ""
    passage_tokens: int = 512
    overlap_tokens: int = 64
    readers: int = 2
    batch_tokens: int = 4096
    requests_in_flight: int = 3
    max_file_mb: int = 200
    hidden_files: bool = False
    watch: bool = True
    exclude: tuple[str, ...] = ()

    @property
    def max_file_bytes(self) -> int:
        return self.max_file_mb * 1_000_000


def load(path: Path) -> Settings:
    """Read settings from a JSON file; a missing file is the defaults, unknown names are left out.

    Raises BadInputError if the file is not a JSON object.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        raise BadInputError(f"The settings in {path} cannot be read.", "Mend or delete that file.") from error
    if not isinstance(data, dict):
        raise BadInputError(f"The settings in {path} are not a JSON object.", "Mend or delete that file.")
    return from_dict(data)


def from_dict(data: dict[str, Any]) -> Settings:
    """Settings from names and values; a value of the wrong type or out of its limits is left at its default."""
    defaults = Settings()
    chosen: dict[str, Any] = {}
    for field in dataclasses.fields(Settings):
        value = data.get(field.name)
        if isinstance(value, list):
            value = tuple(str(item) for item in value)
        if type(value) is type(getattr(defaults, field.name)) and _is_within_limits(field.name, value):
            chosen[field.name] = value
    if chosen.get("model") not in (None, "multilingual", "english"):
        del chosen["model"]
    if chosen.get("engine") not in (None, "builtin", "remote"):
        del chosen["engine"]
    return Settings(**chosen)


def _is_within_limits(name: str, value: Any) -> bool:
    lowest, highest = LIMITS.get(name, (value, value))
    return bool(lowest <= value <= highest)


def save(settings: Settings, path: Path) -> None:
    """Write settings so that a reader sees the old file or the new one, never half of one."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(dataclasses.asdict(settings), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
