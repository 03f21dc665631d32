"""SGLang on a graphics card, as a kind of engine."""

from __future__ import annotations

from core.engine.kind import EngineKind
from core.engine.sglang.backend import SglangBackend
from core.engine.sglang.runtime import default_runtime, embedding, reranking
from core.messages import mark
from core.settings import Settings


def backend(settings: Settings) -> SglangBackend:
    """The server that makes vectors."""
    return SglangBackend(settings, embedding(settings), default_runtime())


def rerank_backend(settings: Settings) -> SglangBackend:
    """The server that scores passages."""
    return SglangBackend(settings, reranking(settings), default_runtime())


KIND = EngineKind(
    key="sglang",
    title=mark("On this computer’s graphics card"),
    location=mark("on the graphics card"),
    summary=mark("Detecting graphics cards…"),
    can_run=lambda model_spec: "sglang" in model_spec.engines,
    backend=backend,
    rerank_backend=rerank_backend,
    uses_gpu=True,
    is_installable=True,
)
