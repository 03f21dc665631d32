"""The paths of resources, the default library, the engine's files, and caches."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APP = "findling"


def resources() -> Path:
    """The folder `resources/` of this installation."""
    return Path(__file__).resolve().parent.parent / "resources"


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


def cache_dir() -> Path:
    """The folder of files that can be recreated, such as a converted model; FINDLING_CACHE overrides it."""
    named = os.environ.get("FINDLING_CACHE")
    return Path(named) if named else platformdirs.user_cache_path(APP, appauthor=False)
