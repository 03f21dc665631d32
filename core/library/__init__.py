"""The interface for other programs: `Library`, and the types of its parameters and results.

`gui` imports nothing from core but this package, the messages, the settings, the paths and the value types.
Importing it takes a second, so a program that shows a window imports it after the first paint.
"""

from core.engine.hardware.nvml import Gpu
from core.engine.kind import EngineKind
from core.engine.registry import kind_of, kinds, with_model
from core.library.diagnostics.recovery import Recovery, recover_library
from core.library.engines.actions import EngineAction, ServerActions, Which
from core.library.engines.capabilities import Capabilities, Missing, ModelCapability
from core.library.engines.inspection import check_server, inspect_weights, sglang_version
from core.library.engines.jobs import EngineJob
from core.library.engines.manager import EngineManager
from core.library.library import Library
from core.models import ModelSpec, model_named, title_of_served
from core.search.query import Filter, Group, Node, Not, Or, Phrase, Query, Term, like_text, parse
from core.search.relax import Relaxed
from core.search.retrieve.filter_compiler import FilterEffect

__all__ = [
    "Capabilities",
    "EngineAction",
    "EngineJob",
    "EngineKind",
    "EngineManager",
    "Filter",
    "FilterEffect",
    "Gpu",
    "Group",
    "Library",
    "Missing",
    "ModelCapability",
    "ModelSpec",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Query",
    "Recovery",
    "Relaxed",
    "ServerActions",
    "Term",
    "Which",
    "check_server",
    "inspect_weights",
    "kind_of",
    "kinds",
    "like_text",
    "model_named",
    "parse",
    "recover_library",
    "sglang_version",
    "title_of_served",
    "with_model",
]
