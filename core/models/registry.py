"""Every model that Findling knows, by the key that the settings have for it: one line each, smallest first."""

from core.models.e5 import MULTILINGUAL
from core.models.minilm import ENGLISH
from core.models.qwen3 import QWEN3_LARGE, QWEN3_MEDIUM, QWEN3_SMALL
from core.models.qwen3_reranker import RERANKER_MEDIUM, RERANKER_SMALL
from core.models.spec import UNCALIBRATED, Calibration, ModelSpec

MODELS: dict[str, ModelSpec] = {
    spec.key: spec
    for spec in (
        MULTILINGUAL,
        ENGLISH,
        QWEN3_SMALL,
        QWEN3_MEDIUM,
        QWEN3_LARGE,
    )
}
RERANKERS: dict[str, ModelSpec] = {
    spec.key: spec
    for spec in (
        RERANKER_SMALL,
        RERANKER_MEDIUM,
    )
}


def model_named(key: str) -> ModelSpec:
    """An embedding model or a reranker by its key; raises KeyError."""
    return RERANKERS[key] if key in RERANKERS else MODELS[key]


def downloadable() -> tuple[str, ...]:
    """The keys of the embedding models whose weights Findling fetches, smallest first."""
    return tuple(key for key, spec in MODELS.items() if spec.download is not None)


def calibration_of(name: str) -> Calibration:
    """The curve of the model that servers call `name`; the average one for a model without."""
    return next((spec.calibration for spec in MODELS.values() if spec.name == name), UNCALIBRATED)
