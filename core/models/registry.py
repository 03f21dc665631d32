"""Every model that Findling knows, by the key that the settings have for it, smallest first."""

from importlib import import_module

from core.models.spec import UNCALIBRATED, Calibration, ModelSpec

# Modules of this package, each with its models in `SPECS`.
FAMILIES = (
    "e5",
    "minilm",
    "qwen3",
    "qwen3_reranker",
)
_SPECS: list[ModelSpec] = [spec for family in FAMILIES for spec in import_module(f"core.models.{family}").SPECS]

MODELS = {spec.key: spec for spec in _SPECS if not spec.reranks}
RERANKERS = {spec.key: spec for spec in _SPECS if spec.reranks}


def model_named(key: str) -> ModelSpec:
    """An embedding model or a reranker by its key; raises KeyError."""
    return RERANKERS[key] if key in RERANKERS else MODELS[key]


def title_of_served(name: str) -> str:
    """The title of the model that servers call `name`, marked for translation; the name itself of an unknown one."""
    known = (*MODELS.values(), *RERANKERS.values())
    return next((spec.title for spec in known if spec.name == name), name)


def downloadable() -> tuple[str, ...]:
    """The keys of the embedding models whose weights Findling fetches, smallest first."""
    return tuple(key for key, spec in MODELS.items() if spec.download is not None)


def calibration_of(name: str) -> Calibration:
    """The curve of the model that servers call `name`; the average one for a model without."""
    return next((spec.calibration for spec in MODELS.values() if spec.name == name), UNCALIBRATED)
