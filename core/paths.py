"""The paths of resources, the default library, the engine's files, and caches."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APP = "findling"
SETTINGS_NAME = "settings.json"  # in the library's folder


def resources() -> Path:
    """The folder `resources/` of this installation."""
    return Path(__file__).resolve().parent.parent / "resources"


def resource_folders() -> list[Path]:
    """The folder of the resources, and what the links in it lead to, as a distribution's package may have them."""
    folder = resources()
    return [folder, *(entry.resolve() for entry in folder.iterdir() if entry.is_symlink())]


def default_library() -> Path:
    """The library used when none is named; FINDLING_LIBRARY overrides it."""
    named = os.environ.get("FINDLING_LIBRARY")
    return Path(named) if named else platformdirs.user_data_path(APP, appauthor=False) / "library"


def data_dir() -> Path:
    """The folder of downloads shared by all libraries; FINDLING_DATA overrides it."""
    named = os.environ.get("FINDLING_DATA")
    return Path(named) if named else platformdirs.user_data_path(APP, appauthor=False)


def engine_dir() -> Path:
    """The GPU engine's own Python environment."""
    return data_dir() / "engine"


def models_dir() -> Path:
    """The folder of downloaded models, each in a folder of its own."""
    return data_dir() / "models"


def config_dir() -> Path:
    """The folder of the window's state (sizes, last library)."""
    return platformdirs.user_config_path(APP, appauthor=False)


def state_dir() -> Path:
    """The folder of what is neither a document's nor can be made again, such as the list of connections."""
    return platformdirs.user_state_path(APP, appauthor=False)


def own_folders() -> list[Path]:
    """The folders that are Findling's alone; those that a variable names may serve other programs, too."""
    data, cache = platformdirs.user_data_path(APP, appauthor=False), platformdirs.user_cache_path(APP, appauthor=False)
    return [data, cache, config_dir(), state_dir()]


def cache_dir() -> Path:
    """The folder of files that can be recreated, such as a converted model; FINDLING_CACHE overrides it."""
    named = os.environ.get("FINDLING_CACHE")
    return Path(named) if named else platformdirs.user_cache_path(APP, appauthor=False)
