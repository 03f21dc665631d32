"""The model used before: remembered beside the settings until the one in use has read what it had read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from core import settings as settings_file
from core.chunk import chunking_config
from core.errors import FindlingError
from core.indexer.previous_model import PreviousModelSettings
from core.models import MODELS
from core.settings import Settings

PREVIOUS_MODEL_NAME = "former.json"  # in the library's folder: the settings with which questions are answered meanwhile


def note(root: Path, settings: Settings) -> None:
    """Before settings are kept: remember who answers now, if it is not their model. Raises OSError.

    A library may be killed between the two: then the note names the model in use, and says nothing.
    """
    before = _before(root)
    if before is None:
        return
    previous = _loaded(root / PREVIOUS_MODEL_NAME)
    answering = before if previous is None or _index_set(previous) == _index_set(before) else previous
    if _index_set(answering) not in (None, _index_set(settings)) and answering != previous:
        settings_file.save(answering, root / PREVIOUS_MODEL_NAME)


def forget(root: Path) -> None:
    """The model in use answers from now on; a note that cannot be deleted is found to be void later."""
    with suppress(OSError):
        (root / PREVIOUS_MODEL_NAME).unlink(missing_ok=True)


def previous_model(root: Path, settings: Settings) -> PreviousModelSettings | None:
    """The model used before, if it still answers; None if there is none, or nothing of it that is not in use again.

    It can embed queries where the builtin engine runs it, or where it is the same model with another chunking. A
    previous model on a GPU or a server cannot: a GPU has no room for two models, and a person who chose another engine
    does not expect the previous one to be used.
    """
    previous = _loaded(root / PREVIOUS_MODEL_NAME)
    if previous is None or _index_set(previous) is None:
        return None
    if chunking_config(previous).fingerprint == chunking_config(settings).fingerprint:
        return None  # its words are in use
    same = previous.model_spec.fingerprint == settings.model_spec.fingerprint
    model = MODELS[previous.model]
    if model.bundled:
        previous = replace(previous, engine=model.engines[0], reranker="")
    return PreviousModelSettings(previous, same or model.bundled)


def _loaded(path: Path) -> Settings | None:
    """Settings of a file, None if it is missing or makes no sense."""
    with suppress(FindlingError):
        return settings_file.load(path) if path.is_file() else None
    return None


def _before(root: Path) -> Settings | None:
    """The settings in use until now; the defaults where nobody chose any, and None in a library that was not used."""
    path = root / settings_file.SETTINGS_NAME
    if path.is_file() or not any((root / "words").glob("*")):
        return _loaded(path)
    return Settings()


def _index_set(settings: Settings) -> tuple[str, str] | None:
    """What tells one shelf from another; None for a model of one's own that cannot be read any more."""
    with suppress(FindlingError):
        return settings.model_spec.fingerprint, chunking_config(settings).fingerprint
    return None
