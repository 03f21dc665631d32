"""The types of requests and answers on settings and exclusions."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, make_dataclass
from typing import get_type_hints

from core.api.values import derived
from core.settings import Settings

SECRETS = frozenset({"remote_key", "vector_store_key"})  # never shown
# What runs a program, or sends to or fetches from another computer, is changed by the user in the window.
NOT_CHANGED = SECRETS | frozenset(
    {"remote_url", "ask_before_embedding", "sglang", "model_folder", "reranker_folder"}
    | {"hub", "hub_mirror", "proxy", "vector_store", "vector_store_url", "vector_store_name"}
)
ShownSettings = derived("ShownSettings", Settings, dict.fromkeys(SECRETS))
ChangedSettings = make_dataclass(
    "ChangedSettings",
    [
        (field.name, get_type_hints(Settings)[field.name] | None, None)
        for field in dataclasses.fields(Settings)
        if field.name not in NOT_CHANGED
    ],
    frozen=True,
)
ChangedSettings.__module__ = __name__
ChangedSettings.__doc__ = "Other settings; those that are not named stay as they are."


@dataclass(frozen=True, slots=True)
class ChangedExclusions:
    """What is to be excluded from a folder: patterns as in a .gitignore file, and whether such files are followed."""

    path: str
    patterns: tuple[str, ...]
    gitignore: bool = False
