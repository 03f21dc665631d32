"""What each program of Findling does first, so that other users of the machine have no part in it."""

from __future__ import annotations

from core import paths
from core.private_files import tighten
from core.processes.search_path import clean_search_path


def secure_process() -> None:
    """Look for programs in safe folders only, and close Findling's own folders to other users."""
    clean_search_path()
    for folder in paths.own_folders():
        tighten(folder)
