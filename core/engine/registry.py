"""The kinds of engines by their keys: each `core.engine.KEY.kind` of `core.settings.ENGINES`."""

from __future__ import annotations

import importlib
from dataclasses import replace

from core.engine.kind import EngineKind
from core.models import MODELS
from core.settings import Settings, choices


def kind_of(key: str) -> EngineKind:
    """The kind of engine of this key; raises KeyError for an unknown one."""
    if key not in choices("engine"):
        raise KeyError(key)
    kind: EngineKind = importlib.import_module(f"core.engine.{key}.kind").KIND
    return kind


def kinds() -> tuple[EngineKind, ...]:
    """Every kind of engine, in the order in which they are offered."""
    return tuple(map(kind_of, choices("engine")))


def with_model(settings: Settings, model: str) -> Settings:
    """The settings with another model; with its preferred engine if the present one cannot run it."""
    model_spec = MODELS[model]
    can_run = kind_of(settings.engine).can_run(model_spec)
    return replace(settings, model=model, engine=settings.engine if can_run else model_spec.engines[0])
