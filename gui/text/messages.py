"""Facts of core as words for a person: numbers, places, dates, problems, troubles."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QTime

from core.document import Band, Hit, HitPassage, Kind, Part, Retriever, RetrieverMatch
from core.errors import PROBLEM_SENTENCES, FindlingError
from core.events import EngineStatus, ExclusionEffect, Folder, PauseState, Problem, Trouble

if TYPE_CHECKING:
    from core.library import FilterEffect

_CONTEXT = "wording"
_MINUTE, _HOUR = 60, 3600


def tr(text: str) -> str:
    """The sentence in the person's language."""
    return QCoreApplication.translate(_CONTEXT, text)


def number(value: int) -> str:
    return QLocale().toString(value)


def decimal(value: float) -> str:
    return QLocale().toString(value, "f", 2)


def counted(count: int, one: str, many: str) -> str:
    """A count with its noun; `many` has {} where the number goes."""
    return one if count == 1 else many.format(number(count))


def files(count: int) -> str:
    return counted(count, tr("1 file"), tr("{} files"))


def problems(count: int) -> str:
    return counted(count, tr("1 problem"), tr("{} problems"))


def percent(done: int, total: int) -> str:
    """Whole percent, never 100 before all is done."""
    share = 100 if done >= total else min(99, int(100 * done / total))
    return tr("{} %").format(number(share))


def time_left(seconds: float) -> str:
    """How long it still takes, in the coarsest unit that helps."""
    if seconds < _MINUTE:
        return tr("less than a minute left")
    if seconds < _HOUR:
        return tr("{} min left").format(number(round(seconds / _MINUTE)))
    return tr("{} h left").format(number(round(seconds / _HOUR)))


def date(seconds: float, now: float | None = None) -> str:
    """A file's date as the locale writes it short; today's as a time of day."""
    if seconds <= 0:
        return ""
    moment = QDateTime.fromSecsSinceEpoch(int(seconds))
    today = QDateTime.fromSecsSinceEpoch(int(time.time() if now is None else now)).date()
    short = QLocale.FormatType.ShortFormat
    return QLocale().toString(moment.time() if moment.date() == today else moment.date(), short)


def size(count: int) -> str:
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def shown_path(path: str) -> str:
    """A path as a person reads it: the home folder as ~, bytes that are no text as a replacement sign."""
    home = os.path.expanduser("~")
    if home != os.sep and (path == home or path.startswith(home + os.sep)):
        path = "~" + path[len(home) :]
    return readable(path)


def readable(text: str) -> str:
    """A text with bytes that are no text as a replacement sign."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def typed_path(path: str) -> str:
    """A path as it is typed in a query, which names the same file again."""
    shown = shown_path(path)
    return shown if os.path.expanduser(shown) == path else path


def shown_name(path: str) -> str:
    """The last part of a path as a person reads it."""
    return shown_path(os.path.basename(path.rstrip(os.sep)) or path)


def place(passage: HitPassage) -> str:
    """Where in the document a passage is: "p. 3", "slide 2", a sheet's name; empty where there are no places."""
    if passage.label and passage.unit in {"sheet", "chapter"}:
        return passage.label
    return unit_place(passage.unit, passage.page)


def unit_place(unit: str | None, page: int | None) -> str:
    """The place by its unit and number."""
    if page is None:
        return ""
    words = {
        "page": tr("p. {}"),
        "slide": tr("slide {}"),
        "sheet": tr("sheet {}"),
        "chapter": tr("chapter {}"),
        "message": tr("message {}"),
    }
    return words.get(unit or "page", tr("p. {}")).format(number(page))


def part_place(part: Part) -> str:
    """A part of a document by its own name where it has one, else by its unit and number."""
    return part.label or unit_place(part.unit, part.number)


def known_already(path: str, folder: Folder) -> tuple[str, str]:
    """What is said of something that was added a second time, and what is done."""
    name, rest = shown_name(path), tr("Findling looks at it again.")
    if os.path.realpath(path) == folder.path:
        return tr("“{}” is searched already.").format(name), rest
    return tr("“{}” is searched already, as a part of “{}”.").format(name, shown_name(folder.path)), rest


def kind(name: Kind) -> str:
    """A kind of file as a person calls it."""
    return {
        "pdf": tr("PDF"),
        "document": tr("Document"),
        "text": tr("Text"),
        "code": tr("Code"),
        "web": tr("Web page"),
        "book": tr("Book"),
        "spreadsheet": tr("Spreadsheet"),
        "presentation": tr("Presentation"),
        "mail": tr("Mail"),
        "image": tr("Image"),
        "other": tr("File"),
    }[name]


def without_passage(hit: Hit) -> str:
    """What stands in a hit's row where there is no passage to show."""
    return tr("{kind}, {size}").format(kind=kind(hit.kind), size=size(hit.size))


def retriever(name: Retriever) -> str:
    """A lane as the word on a badge."""
    return {"names": tr("name"), "words": tr("words"), "meaning": tr("meaning")}[name]


def retriever_title(name: Retriever) -> str:
    """A lane as a heading."""
    return {"names": tr("Names"), "words": tr("Words"), "meaning": tr("Meaning")}[name]


def problem(row: Problem) -> tuple[str, str]:
    """What is wrong with a file and what helps; core's own wording where there is no translation for its code."""
    known = PROBLEM_SENTENCES.get(row.code)
    if known is None:
        return row.sentence, row.remedy
    return tr(known[0]), tr(known[1])


def trouble(what: Trouble | FindlingError) -> tuple[str, str]:
    """The world's trouble: its sentence and its remedy."""
    return tr(what.sentence), tr(what.remedy) if what.remedy else ""


def engine(status: EngineStatus, *, paused: bool = False) -> str:
    """The engine's state in two or three words."""
    if engine_in_trouble(status):
        return tr("Engine not available")
    if paused and status.state in {"ready", "busy"}:
        return tr("Engine paused")
    return {
        "stopped": tr("Engine off"),
        "installing": tr("Engine being installed"),
        "downloading": tr("Model being downloaded"),
        "released": tr("Engine asleep"),
        "starting": tr("Engine starting"),
        "ready": tr("Engine ready"),
        "busy": tr("Engine working"),
        "failed": tr("Engine not available"),
        "stopping": tr("Engine stopping"),
    }[status.state]


def pause_reason(pause_state: PauseState) -> str:
    """Why not everything is done at the moment."""
    if pause_state.reason == "paused" and pause_state.until is not None:
        return tr("Paused until {}").format(moment(pause_state.until))
    return {
        "paused": tr("Paused"),
        "battery": tr("Waits for mains power"),
        "load": tr("Waits for other programs to finish"),
        "metered": tr("Embedding waits for your word"),
    }[pause_state.reason]


def moment(seconds: float) -> str:
    """A time of today as such, another day's with its day."""
    when = QDateTime.fromSecsSinceEpoch(int(seconds))
    clock = QLocale().toString(when.time(), QLocale.FormatType.ShortFormat)
    if when.date() == QDateTime.currentDateTime().date():
        return clock
    return tr("{day}, {time}").format(day=QLocale().toString(when.date(), "dddd"), time=clock)


def until_tomorrow() -> float:
    """Seconds until six in the morning of the next day."""
    now = QDateTime.currentDateTime()
    return float(now.secsTo(QDateTime(now.date().addDays(1), QTime(6, 0))))


def exclusion_effect(hidden: ExclusionEffect) -> str:
    """What a choice of exclusions hides and brings back, as far as it is counted."""
    if not (hidden.files or hidden.returning):
        return tr("Hides nothing.") if hidden.done else tr("Looking …")
    both = tr("{files}, {size}").format(files=files(hidden.files), size=size(hidden.size))
    counted_so_far = tr("Hides {}.") if hidden.done else tr("Hides {} so far …")
    sentences = [counted_so_far.format(both)] if hidden.files else []
    if hidden.returning:
        sentences.append(tr("Brings back {}.").format(files(hidden.returning)))
    return " ".join(sentences)


def retriever_score(finding: RetrieverMatch) -> str:
    """A lane's own measure of a document."""
    if finding.retriever == "names":
        return tr("{} of the query in its name").format(percent(round(100 * finding.score), 100))
    measures = {"words": tr("word score {}"), "meaning": tr("likeness {}")}
    return measures[finding.retriever].format(decimal(finding.score))


def band(name: Band) -> str:
    """How likely a document is an answer."""
    words: dict[Band, str] = {
        "strong": tr("strong match"),
        "likely": tr("likely match"),
        "weak": tr("weak match"),
        "none": tr("only near"),
    }
    return words[name]


def band_short(name: Band) -> str:
    """The same in a word for a row; nothing of a hit that is only near."""
    return {"strong": tr("strong"), "likely": tr("likely"), "weak": tr("weak"), "none": ""}[name]


def versions(count: int) -> str:
    """How many other files a row stands for, as their texts are nearly the same; empty if it stands for itself."""
    return counted(count, tr("1 more version"), tr("{} more versions")) if count else ""


def versions_short(count: int) -> str:
    """The same for a row."""
    return tr("{} more").format(number(count)) if count else ""


def nothing_relevant(hits: Sequence[Hit]) -> bool:
    """Whether there are documents found, and none of them seems to be an answer."""
    return bool(hits) and all(hit.band == "none" for hit in hits)


def narrowing(told: FilterEffect) -> str:
    """Which conditions of a query acted, and how many files they left."""
    by = [tr("{condition} leaves {count}").format(condition=text, count=number(left)) for text, left in told.by]
    together = [tr("together {}").format(number(told.left))] if len(by) > 1 else []
    return tr("Of {files}, {left}.").format(files=files(told.files), left="; ".join(by + together))


def engine_in_trouble(status: EngineStatus) -> bool:
    """Whether the engine needs a person: it gave up, or waits for something that a person can mend."""
    return status.state == "failed" or (status.state == "starting" and bool(status.remedy))
