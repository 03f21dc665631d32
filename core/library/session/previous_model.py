"""Remembers the previous model's settings in a file until the model in use has caught up with it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from core import checked_json
from core import settings as settings_file
from core.chunk import chunking_config
from core.errors import FindlingError
from core.indexer.previous_model import PreviousModelSettings
from core.models import MODELS
from core.settings import Settings

PREVIOUS_MODEL_NAME = "former.json"  # in the library's folder: the settings that queries use meanwhile


def remember(root: Path, settings: Settings) -> None:
    """Save the settings that queries use now, if those to be saved next name another model. Raises OSError.

    If the program is killed before these are saved, the file names the model in use, and `previous_model` ignores it.
    """
    before = _saved_settings(root)
    if before is None:
        return
    previous = _load(root / PREVIOUS_MODEL_NAME)
    answering = before if previous is None or _index_set(previous) == _index_set(before) else previous
    if _index_set(answering) not in (None, _index_set(settings)) and answering != previous:
        settings_file.save(answering, root / PREVIOUS_MODEL_NAME)


def forget(root: Path) -> None:
    """Use the model of the settings for queries from now on; a file that cannot be deleted is ignored later."""
    with suppress(OSError):
        checked_json.delete(root / PREVIOUS_MODEL_NAME)


def previous_model(root: Path, settings: Settings) -> PreviousModelSettings | None:
    """The previous model, while queries use it; None if there is none, or if its chunks are those in use.

    It can embed queries where the builtin engine runs it, or where it is the same model with another chunking. A
    previous model on a GPU or a server cannot: a GPU has no room for two models, and the user who chose another engine
    does not expect the previous one to be used.
    """
    previous = _load(root / PREVIOUS_MODEL_NAME)
    if previous is None or _index_set(previous) is None:
        return None
    if chunking_config(previous).fingerprint == chunking_config(settings).fingerprint:
        return None  # its word index is in use
    same = previous.model_spec.fingerprint == settings.model_spec.fingerprint
    model = MODELS[previous.model]
    if model.bundled:
        previous = replace(previous, engine=model.engines[0], reranker="")
    return PreviousModelSettings(previous, same or model.bundled)


def _load(path: Path) -> Settings | None:
    """The settings in a file; None if it is missing or invalid."""
    with suppress(FindlingError):
        return settings_file.load(path) if path.is_file() else None
    return None


def _saved_settings(root: Path) -> Settings | None:
    """The library's saved settings; the defaults if it was used without any, None if it was never used."""
    path = root / settings_file.SETTINGS_NAME
    if path.is_file() or not any((root / "words").glob("*")):
        return _load(path)
    return Settings()


def _index_set(settings: Settings) -> tuple[str, str] | None:
    """The fingerprints that identify an index set; None if the model's own folder cannot be read any more."""
    with suppress(FindlingError):
        return settings.model_spec.fingerprint, chunking_config(settings).fingerprint
    return None
