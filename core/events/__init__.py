"""What core reports to a front end: rare events are pushed, progress is polled.

The command line prints these values as JSON, so the names of their fields are part of its interface and stay.
"""

from core.events.progress import (
    EngineState,
    EngineStatus,
    ModelSwitch,
    OcrProgress,
    PauseReason,
    PauseState,
    Progress,
    RetrieverProgress,
    Trouble,
)
from core.events.pushed import ContentsChanged, EngineChanged, Event, FoldersChanged, Report, TroubleChanged, ignore
from core.events.reports import (
    MAX_RANK,
    ConsistencyReport,
    ExclusionEffect,
    FileExplanation,
    Folder,
    Inconsistency,
    ListPlace,
    Problem,
)

__all__ = [
    "MAX_RANK",
    "ConsistencyReport",
    "ContentsChanged",
    "EngineChanged",
    "EngineState",
    "EngineStatus",
    "Event",
    "ExclusionEffect",
    "FileExplanation",
    "Folder",
    "FoldersChanged",
    "Inconsistency",
    "ListPlace",
    "ModelSwitch",
    "OcrProgress",
    "PauseReason",
    "PauseState",
    "Problem",
    "Progress",
    "Report",
    "RetrieverProgress",
    "Trouble",
    "TroubleChanged",
    "ignore",
]
