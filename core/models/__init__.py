"""The models: one `ModelSpec` each, one module a family, one line each in the registry."""

from core.models.e5 import MULTILINGUAL
from core.models.minilm import ENGLISH
from core.models.registry import MODELS, RERANKERS, calibration_of, downloadable, model_named, title_of_served
from core.models.spec import Calibration, Download, ModelSpec, TokenizerKind

__all__ = [
    "ENGLISH",
    "MODELS",
    "MULTILINGUAL",
    "RERANKERS",
    "URGENT",
    "Calibration",
    "Download",
    "ModelSpec",
    "TokenizerKind",
    "calibration_of",
    "downloadable",
    "model_named",
    "title_of_served",
]

# A request header: the user waits for the answer. Engines that do not know it treat the request like any other.
URGENT = "X-Findling-Urgent"
