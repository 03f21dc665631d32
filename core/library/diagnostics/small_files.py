"""What the doctor checks beside the catalogue: the small files that are kept twice, and the backups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from core import checked_json
from core.library.diagnostics.catalogue_checks import Finding
from core.library.measure.judgements import JUDGEMENTS_NAME
from core.library.remembered.history import HISTORY_NAME
from core.library.remembered.saved_searches import SAVED_NAME
from core.library.session.previous_model import PREVIOUS_MODEL_NAME
from core.settings import SETTINGS_NAME
from core.store.catalogue.database import Database
from core.store.integrity.backup import backups, delete, is_sound

# The files of one code of the doctor's.
KEPT_TWICE = {
    "settings": (SETTINGS_NAME, PREVIOUS_MODEL_NAME),
    "remembered": (SAVED_NAME, HISTORY_NAME, JUDGEMENTS_NAME),
}


def findings(root: Path, stop: Callable[[], bool]) -> Iterator[Finding]:
    """Damaged files, or copies of them, in a library's folder."""
    for code, names in KEPT_TWICE.items():
        bad = [path for path in map(root.joinpath, names) if _is_damaged(path)]
        if bad:
            yield Finding(code, len(bad), partial(_each, checked_json.mend, bad))
    copies = [copy for copy in backups(root) if not stop() and not is_sound(copy)]
    if copies:
        yield Finding("backups", len(copies), partial(_each, delete, copies))


def _is_damaged(path: Path) -> bool:
    return checked_json.is_damaged(path) or checked_json.copy_is_damaged(path)


def _each(repair: Callable[[Path], None], paths: Sequence[Path], _database: Database) -> None:
    for path in paths:
        repair(path)
