"""The settings of a library as one frozen value: load, save, defaults."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from core import checked_json
from core.document import SEEKING_KINDS, Kind
from core.errors import BadInputError
from core.messages import languages
from core.models import MODELS, RERANKERS, ModelSpec
from core.models.folder import spec_in
from core.paths import SETTINGS_NAME as SETTINGS_NAME  # noqa: PLC0414  it belongs to the settings

Hub = Literal["huggingface", "modelscope"]

# The engines, each a folder of core/engine whose module `kind` describes it.
ENGINES = (
    "builtin",
    "sglang",
    "remote",
)

# Where vectors are kept: in the library's own index, or by a server.
VECTOR_STORES = ("faiss", "milvus", "chroma")

# The engines that recognise text, each a folder of core/ocr with a module `kind`.
OCR_ENGINES = ("tesseract",)
ARCHIVE_MB = 50  # the largest archive whose names are listed, unless its files are read or another limit is set

# The range of each number in the file; with 0 readers, for example, indexing would never end.
LIMITS = {
    "passage_tokens": (16, 32_768),
    "overlap_tokens": (0, 8_192),
    "readers": (1, 16),
    "batch_tokens": (64, 1_000_000),
    "requests_in_flight": (1, 64),
    "max_file_mb": (1, 100_000),
    "poll_minutes": (1, 10_000),
    "memory_gib": (0.0, 1000.0),
    "reranker_memory_gib": (0.0, 1000.0),
    "idle_minutes": (0, 10_000),
}


def choices(name: str) -> tuple[str, ...]:
    """The values that a setting with fixed choices may have; empty for other settings."""
    return {
        "model": tuple(MODELS),
        "engine": ENGINES,
        "ocr_engine": OCR_ENGINES,
        "vector_store": VECTOR_STORES,
        "hub": get_args(Hub),
        "reranker": ("", *RERANKERS),
        "language": ("", *languages()),
    }.get(name, ())


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What is excluded from one folder: patterns as in a .gitignore file, and whether such files in it are followed."""

    patterns: tuple[str, ...] = ()
    gitignore: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one library.

    `model` embeds passages; after a change everything is embedded again, and the vectors of the previous model are
    kept. `engine` is one of `ENGINES`. `exclude` are name patterns (with * and ?) of files and folders that are
    excluded besides the defaults. `language` is one of `core.messages.languages()`, "" for the system's. With
    `keep_history` the last searches and opened documents are remembered in the library's folder, with
    `keep_judgements` also which documents were opened from the results of which query. With `keep_rights` it is kept
    who may read each file, for several people that ask one library.

    Engine "remote": an OpenAI-compatible server at `remote_url`, with the key `remote_key`, that serves the same model.

    Engine "sglang": `sglang` is a Python interpreter or command of an SGLang installation ("": the one that Findling
    installs), `model_folder` a folder of weights ("": where Findling downloads to), `gpus` are GPU numbers (none: the
    first; several work in parallel). `memory_gib` limits the GPU memory of the model and its batches (0: what they
    need). After `idle_minutes` without work the GPU is released (0: never). `hub`, `hub_mirror` and `proxy` are where
    weights are downloaded from. `reranker` is the model that reranks the first hits ("": none), with its own
    `reranker_folder` and `reranker_memory_gib`.

    `vector_store` is one of `VECTOR_STORES`: "faiss" in the library's folder, others on a server at `vector_store_url`
    with the key `vector_store_key`. `vector_store_name` tells this library's collections from those of others there.

    With `follow_links` links to folders outside a folder of the library count as folders in it.

    With `read_archives` the files in archives are documents of their own; else only their names are indexed.

    With `read_scans` the text of scanned pages and pictures is recognised while nothing else is to be done, by
    `ocr_engine`, in `ocr_languages` (Tesseract's codes such as "deu"; none: the user's own language and English).

    Indexing: passages have up to `passage_tokens` tokens and overlap by `overlap_tokens`. `readers` is the number of
    extraction processes, `max_file_mb` the largest file whose text is read, in MB, and `max_kind_mb` sets that limit
    for single kinds, such as "code 5". `batch_tokens` and `requests_in_flight` limit what is sent to the engine at
    once. A program that stays open watches folders if `watch` is set, and polls those that cannot be watched (network
    folders) every `poll_minutes`. It pauses on battery power (`wait_on_battery`), while other programs use the
    processor (`wait_on_load`), and before it sends text to a remote engine until the user agrees
    (`ask_before_embedding`).
    """

    model: str = "multilingual"
    engine: str = "builtin"
    remote_url: str = ""
    remote_key: str = ""
    passage_tokens: int = 512
    overlap_tokens: int = 64
    readers: int = 2
    batch_tokens: int = 4096
    requests_in_flight: int = 3
    max_file_mb: int = 200
    max_kind_mb: tuple[str, ...] = ()
    poll_minutes: int = 5
    hidden_files: bool = False
    follow_links: bool = False
    watch: bool = True
    exclude: tuple[str, ...] = ()
    wait_on_battery: bool = True
    wait_on_load: bool = False
    ask_before_embedding: bool = False
    read_archives: bool = False
    read_scans: bool = False
    ocr_engine: str = "tesseract"
    ocr_languages: tuple[str, ...] = ()
    keep_history: bool = True
    keep_judgements: bool = False
    keep_rights: bool = False
    sglang: str = ""
    model_folder: str = ""
    gpus: tuple[int, ...] = ()
    memory_gib: float = 0.0
    idle_minutes: int = 0
    hub: Hub = "huggingface"
    hub_mirror: str = ""
    proxy: str = ""
    reranker: str = ""
    reranker_folder: str = ""
    reranker_memory_gib: float = 0.0
    language: str = ""
    vector_store: str = "faiss"
    vector_store_url: str = ""
    vector_store_key: str = ""
    vector_store_name: str = ""

    @property
    def model_spec(self) -> ModelSpec:
        """The model that embeds this library; raises ModelError if `model_folder` contains none."""
        model_spec = MODELS[self.model]
        if self.model_folder and self.engine != "builtin" and not model_spec.bundled:
            return spec_in(self.model_folder)
        return model_spec

    @property
    def max_file_bytes(self) -> int:
        """The largest size of a file of any kind that is read as a whole."""
        return max(self.max_bytes_of(kind) for kind in get_args(Kind) if kind not in SEEKING_KINDS)

    def max_bytes_of(self, kind: Kind) -> int:
        """The largest size of a file of a kind that is read."""
        limits = dict(entry.split() for entry in self.max_kind_mb if is_kind_limit(entry))
        if kind in SEEKING_KINDS and kind not in limits:  # little of them is read
            return int(LIMITS["max_file_mb"][1]) * 1_000_000
        is_listed = kind == "archive" and not self.read_archives
        most = min(self.max_file_mb, ARCHIVE_MB) if is_listed else self.max_file_mb
        return int(limits.get(kind, most)) * 1_000_000


def with_bundled_model(settings: Settings) -> Settings:
    """The settings with the default engine and model, which come with Findling."""
    defaults = Settings()
    return replace(settings, engine=defaults.engine, model=defaults.model, model_folder="")


def with_server(settings: Settings, url: str, key: str) -> Settings:
    """The settings with a running server of the same model as the engine."""
    return replace(settings, engine="remote", remote_url=url, remote_key=key)


def is_builtin(model: str) -> bool:
    """Whether a model comes with Findling and runs on the CPU."""
    return MODELS[model].bundled


def is_kind_limit(entry: str) -> bool:
    """Whether a text is a kind and a number of megabytes, as "code 5"."""
    kind, _, number = entry.partition(" ")
    return kind in get_args(Kind) and number.isdecimal() and 0 < int(number) <= LIMITS["max_file_mb"][1]


def load(path: Path) -> Settings:
    """Read settings from a JSON file; the defaults if it is missing. Unknown names are ignored.

    Raises BadInputError if the file is not a JSON object.
    """
    try:
        data = checked_json.read(path)
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        raise BadInputError("settings.unreadable", path=path) from error
    if not isinstance(data, dict):
        raise BadInputError("settings.no_object", path=path)
    return from_dict(data)


def from_dict(data: dict[str, Any]) -> Settings:
    """Settings from names and values; a value of the wrong type or out of range is replaced by its default."""
    defaults = Settings()
    chosen: dict[str, Any] = {}
    for field in dataclasses.fields(Settings):
        value = data.get(field.name)
        if isinstance(value, list):
            value = _tuple(field.name, value)
        if type(value) is type(getattr(defaults, field.name)) and _is_allowed(field.name, value):
            chosen[field.name] = value
    return Settings(**chosen)


def _tuple(name: str, values: list[Any]) -> tuple[Any, ...] | None:
    if name == "gpus":
        return tuple(values) if all(type(value) is int and value >= 0 for value in values) else None
    return tuple(str(value) for value in values)


def _is_allowed(name: str, value: Any) -> bool:
    allowed = choices(name)
    return value in allowed if allowed else _is_within_limits(name, value)


def _is_within_limits(name: str, value: Any) -> bool:
    lowest, highest = LIMITS.get(name, (value, value))
    return bool(lowest <= value <= highest)


def save(settings: Settings, path: Path) -> None:
    """Write settings atomically: a reader sees the old file or the new one."""
    checked_json.write(path, dataclasses.asdict(settings))
