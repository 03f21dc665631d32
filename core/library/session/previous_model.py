"""The model used before: remembered beside the settings until the one in use has read what it had read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from core import settings as settings_file
from core.chunk import chunking_config
from core.errors import FindlingError
from core.indexer.previous_model import PreviousModelSettings
from core.models import BUILT_IN
from core.settings import Settings

NAME = "former.json"  # in the library's folder: the settings with which questions are answered meanwhile


def note(root: Path, settings: Settings) -> None:
    """Before settings are kept: remember who answers now, if it is not their model. Raises OSError.

    A library may be killed between the two: then the note names the model in use, and says nothing.
    """
    before = _before(root)
    if before is None:
        return
    former = _loaded(root / NAME)
    answering = before if former is None or _shelf(former) == _shelf(before) else former
    if _shelf(answering) not in (None, _shelf(settings)) and answering != former:
        settings_file.save(answering, root / NAME)


def forget(root: Path) -> None:
    """The model in use answers from now on; a note that cannot be deleted is found to be void later."""
    with suppress(OSError):
        (root / NAME).unlink(missing_ok=True)


def previous_model(root: Path, settings: Settings) -> PreviousModelSettings | None:
    """The model used before, if it still answers; None if there is none, or nothing of it that is not in use again.

    It speaks where the embedded engine can run it, which is small, or where it is the same model with another way of
    cutting. A former model of the card or of a server elsewhere does not: there is no room for two on a card, and who
    chose another engine does not expect the one before to be asked any more.
    """
    former = _loaded(root / NAME)
    if former is None or _shelf(former) is None:
        return None
    if chunking_config(former).fingerprint == chunking_config(settings).fingerprint:
        return None  # its words are in use
    same = former.profile.fingerprint == settings.profile.fingerprint
    if former.model in BUILT_IN:
        former = replace(former, engine="builtin", reranker="")
    return PreviousModelSettings(former, same or former.model in BUILT_IN)


def _loaded(path: Path) -> Settings | None:
    """Settings of a file, None if it is missing or makes no sense."""
    with suppress(FindlingError):
        return settings_file.load(path) if path.is_file() else None
    return None


def _before(root: Path) -> Settings | None:
    """The settings in use until now; the defaults where nobody chose any, and None in a library that was not used."""
    path = root / settings_file.NAME
    if path.is_file() or not any((root / "words").glob("*")):
        return _loaded(path)
    return Settings()


def _shelf(settings: Settings) -> tuple[str, str] | None:
    """What tells one shelf from another; None for a model of one's own that cannot be read any more."""
    with suppress(FindlingError):
        return settings.profile.fingerprint, chunking_config(settings).fingerprint
    return None
