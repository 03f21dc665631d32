"""The engine that comes with Findling, as a kind of engine."""

from __future__ import annotations

from core.engine.builtin.backend import BuiltinBackend, builtin_command
from core.engine.kind import EngineKind
from core.messages import mark
from core.settings import Settings


def backend(settings: Settings) -> BuiltinBackend:
    """The embedded engine for the model of the settings."""
    return BuiltinBackend(settings.model_spec, builtin_command(settings.model))


KIND = EngineKind(
    key="builtin",
    title=mark("On this computer’s processor"),
    location=mark("on the processor"),
    summary=mark("Works on every computer, with nothing to install. Nothing leaves this computer."),
    can_run=lambda model_spec: "builtin" in model_spec.engines,
    backend=backend,
    shares_processor=True,
)
