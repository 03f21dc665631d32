"""A server elsewhere, as a kind of engine."""

from __future__ import annotations

from core.engine.kind import EngineKind
from core.engine.probe.http import Endpoint
from core.messages import mark
from core.settings import Settings


def endpoint(settings: Settings) -> Endpoint:
    """The server that the settings name."""
    return Endpoint(settings.remote_url.strip(), settings.remote_key.strip(), settings.model_spec)


KIND = EngineKind(
    key="remote",
    title=mark("On another computer"),
    location=mark("on another computer"),
    summary=mark("Any OpenAI-compatible server with this model. It receives the text of your documents."),
    can_run=lambda _model_spec: True,
    endpoint=endpoint,
)
