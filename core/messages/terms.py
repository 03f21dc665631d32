"""The terms shared by the window and the command line: kinds of files, retrievers, strengths, places, counts, times.

Functions take plain values and return text in the current language.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from core.messages.formatting import same_day
from core.messages.translate import formatter, ntr, tr

_MINUTE, _HOUR = 60, 3_600


def kind(name: str) -> str:
    """A `core.document.Kind` as a person calls it."""
    return {
        "pdf": tr("PDF"),
        "document": tr("Document"),
        "text": tr("Text"),
        "code": tr("Code"),
        "web": tr("Web page"),
        "book": tr("Book"),
        "spreadsheet": tr("Spreadsheet"),
        "presentation": tr("Presentation"),
        "mail": tr("Email"),
        "image": tr("Image"),
    }.get(name, tr("File"))


def retriever(name: str) -> str:
    """A `core.document.Retriever` in a list or on a badge."""
    return {"names": tr("name"), "words": tr("words"), "meaning": tr("meaning")}[name]


def retriever_column(name: str) -> str:
    """A retriever as the command line prints it, in a column or a list."""
    return {"names": tr("names"), "words": tr("words"), "meaning": tr("meaning")}[name]


def retriever_title(name: str) -> str:
    """A retriever as a heading."""
    return {"names": tr("Names"), "words": tr("Words"), "meaning": tr("Meaning")}[name]


def retriever_score(name: str, score: float) -> str:
    """A retriever's own measure of a document: share of the query, BM25, or cosine."""
    if name == "names":
        return tr("{share:percent} of the query in its name", share=score)
    if name == "words":
        return tr("word score {score:.2f}", score=score)
    return tr("similarity {score:.2f}", score=score)


def strength(band: str) -> str:
    """A `core.document.Band`: how likely a document is an answer."""
    return {
        "strong": tr("Strong match"),
        "likely": tr("Likely match"),
        "weak": tr("Weak match"),
    }.get(band, tr("Loosely related"))


def strength_short(band: str) -> str:
    """The same in a word for a row; "" where nothing speaks for the document."""
    return {"strong": tr("strong"), "likely": tr("likely"), "weak": tr("weak")}.get(band, "")


def strength_with_probability(band: str, probability: float) -> str:
    """A band with the calibrated probability (0 to 1) that the document answers."""
    if band == "strong":
        return tr("Strong match (about {share:percent} likely to answer your question)", share=probability)
    if band == "likely":
        return tr("Likely match (about {share:percent} likely to answer your question)", share=probability)
    if band == "weak":
        return tr("Weak match (about {share:percent} likely to answer your question)", share=probability)
    return tr("Loosely related (about {share:percent} likely to answer your question)", share=probability)


def no_answer(*, by_example: bool = False) -> str:
    """The line above hits of which none is an answer; `by_example` if the query names documents to compare with."""
    if by_example:
        return tr("No very similar documents. These are the closest.")
    return tr("Nothing seems to answer this. These are the closest documents.")


def place(unit: str | None, number: int | None, label: str = "") -> str:
    """Where in a document: "p. 3", "slide 2", a sheet's or chapter's own name; "" where there are no places."""
    if label and unit in {"sheet", "chapter"}:
        return label
    if number is None:
        return ""
    match unit:
        case "slide":
            return tr("slide {number}", number=number)
        case "sheet":
            return tr("sheet {number}", number=number)
        case "chapter":
            return tr("chapter {number}", number=number)
        case "message":
            return tr("message {number}", number=number)
        case _:
            return tr("p. {number}", number=number)


def files(count: int) -> str:
    """So many files."""
    return ntr("{count} file", "{count} files", count)


def documents(count: int) -> str:
    """So many documents."""
    return ntr("{count} document", "{count} documents", count)


def problems(count: int) -> str:
    """So many problems."""
    return ntr("{count} problem", "{count} problems", count)


def versions(count: int) -> str:
    """So many other files with nearly the same text; "" for none."""
    return ntr("{count} more version", "{count} more versions", count) if count else ""


def versions_short(count: int) -> str:
    """The same for a row."""
    return tr("{count} more", count=count) if count else ""


def share_done(done: int, total: int) -> str:
    """Whole percent, never 100 before all is done."""
    return formatter().percent(1.0 if done >= total else min(0.99, int(100 * done / total) / 100))


def time_left(seconds: float) -> str:
    """How long it still takes, in the coarsest unit that helps."""
    if seconds < _MINUTE:
        return tr("less than a minute left")
    return tr("{time:duration} left", time=seconds)


def moment(seconds: float, now: float | None = None) -> str:
    """A moment (seconds since 1970) of the coming days: the time for one of today, else with the name of the day."""
    if same_day(seconds, time.time() if now is None else now):
        return formatter().time(seconds)
    return tr("{day:weekday}, {time:time}", day=seconds, time=seconds)


def pause_reason(reason: str, until: float | None = None) -> str:
    """Why indexing waits, by `core.events.PauseReason`; `until` in seconds since 1970."""
    if reason == "paused" and until is not None:
        return tr("Paused until {time}", time=moment(until))
    return {
        "paused": tr("Paused"),
        "battery": tr("Waiting for mains power"),
        "load": tr("Waiting for other programs to finish"),
        "metered": tr("Waiting for your permission to send text to the server"),
    }[reason]


def filter_effect(total: int, left: int, by: Sequence[tuple[str, int]]) -> str:
    """The sentence on how many of `total` files match each filter of a query, and all of them together."""
    each = [tr("{filter} leaves {count}", filter=text, count=count) for text, count in by]
    if len(by) > 1:
        return ntr(
            "Of {count} file: {filters}; all together {left}.",
            "Of {count} files: {filters}; all together {left}.",
            total,
            filters=listed(each, tr("; ")),
            left=left,
        )
    return ntr("Of {count} file: {filters}.", "Of {count} files: {filters}.", total, filters=listed(each))


def without(dropped: str, documents_found: int) -> str:
    """What a query finds without some of its filters."""
    return ntr(
        "Without “{filter}”: {count} document", "Without “{filter}”: {count} documents", documents_found, filter=dropped
    )


def listed(parts: Sequence[str], separator: str = "") -> str:
    """An enumeration outside a sentence: "a, b, c"."""
    return (separator or tr(", ")).join(part for part in parts if part)
