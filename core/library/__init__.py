"""The interface for other programs: `Library`, and the types of its parameters and results.

`gui` imports nothing from core but this package, the messages, the settings, the paths and the value types.
Importing it takes a second, so a program that shows a window imports it after the first paint.
"""

from core.connections import Connection
from core.engine.hardware.nvml import Gpu
from core.engine.kind import EngineKind
from core.engine.registry import kind_of, kinds, with_model
from core.extract.opening_risk import opening_risk
from core.extract.registry import kind_of as kind_of_file
from core.library.diagnostics.privacy import PrivacyReport, receivers
from core.library.diagnostics.recovery import Recovery, recover_library
from core.library.engines.actions import EngineAction, ServerActions, Which
from core.library.engines.capabilities import Capabilities, Missing, ModelCapability
from core.library.engines.inspection import bundled_size, check_server, inspect_weights, sglang_version
from core.library.engines.jobs import EngineJob
from core.library.engines.manager import EngineManager
from core.library.folders.price_tag import PriceTag, SubfolderCost
from core.library.library import Library
from core.library.measure.comparison import ComparedModels, ModelScores
from core.library.measure.estimates import Estimate
from core.library.measure.measure import Measurement, Method, MethodScores
from core.library.measure.training import Training
from core.library.ocr import OcrAvailability, Recognition, language_tag
from core.library.personal.view import PersonalView
from core.library.remembered.history import History, HistoryEntry
from core.library.remembered.saved_searches import SavedSearch, SavedSearchCheck
from core.library.transfer.transfer import ImportPlan, PlannedChange
from core.models import ModelSpec, model_named, title_of_served
from core.preview.alignment import Alignment
from core.preview.messages import Block, Run, Token
from core.preview.page_text import PageSpans, PageText
from core.preview.renderer import PageDocument, PagePart, PagePicture, PageRenderer
from core.preview.thumbnails import Thumbnail
from core.search.facets import FACET_FIELDS, FacetField, FacetValue
from core.search.query import Filter, Group, Node, Not, Or, Phrase, Query, Term, like_text, parse
from core.search.query.date_suggestions import suggested_dates
from core.search.query.date_words import spaced
from core.search.query.fields import parse_kinds
from core.search.query.languages import code_of
from core.search.query.rewrite import is_filter_of, values_of, with_values
from core.search.relax import Relaxed
from core.search.retrieve.filter_compiler import FilterEffect
from core.search.time_spans import time_span

__all__ = [
    "FACET_FIELDS",
    "Alignment",
    "Block",
    "Capabilities",
    "ComparedModels",
    "Connection",
    "EngineAction",
    "EngineJob",
    "EngineKind",
    "EngineManager",
    "Estimate",
    "FacetField",
    "FacetValue",
    "Filter",
    "FilterEffect",
    "Gpu",
    "Group",
    "History",
    "HistoryEntry",
    "ImportPlan",
    "Library",
    "Measurement",
    "Method",
    "MethodScores",
    "Missing",
    "ModelCapability",
    "ModelScores",
    "ModelSpec",
    "Node",
    "Not",
    "OcrAvailability",
    "Or",
    "PageDocument",
    "PagePart",
    "PagePicture",
    "PageRenderer",
    "PageSpans",
    "PageText",
    "PersonalView",
    "Phrase",
    "PlannedChange",
    "PriceTag",
    "PrivacyReport",
    "Query",
    "Recognition",
    "Recovery",
    "Relaxed",
    "Run",
    "SavedSearch",
    "SavedSearchCheck",
    "ServerActions",
    "SubfolderCost",
    "Term",
    "Thumbnail",
    "Token",
    "Training",
    "Which",
    "bundled_size",
    "check_server",
    "code_of",
    "inspect_weights",
    "is_filter_of",
    "kind_of",
    "kind_of_file",
    "kinds",
    "language_tag",
    "like_text",
    "model_named",
    "opening_risk",
    "parse",
    "parse_kinds",
    "receivers",
    "recover_library",
    "sglang_version",
    "spaced",
    "suggested_dates",
    "time_span",
    "title_of_served",
    "values_of",
    "with_model",
    "with_values",
]
