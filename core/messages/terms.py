"""The terms shared by the window and the command line: kinds of files, retrievers, strengths, places.

Functions take plain values and return text in the current language.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from core.messages import amounts
from core.messages.translate import formatter, ntr, tr


def kind(name: str) -> str:
    """A `core.document.Kind` as the user calls it."""
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
        "media": tr("Audio or video"),
        "archive": tr("Archive"),
    }.get(name, tr("File"))


def language(code: str) -> str:
    """A language by its code (ISO 639-1), as the language in use calls it."""
    return formatter().language(code)


def content_kind(name: str) -> str:
    """What the bytes of a file are, whatever its name says (`core.document.ContentKind`)."""
    return {"device": tr("Device")}.get(name) or kind(name)


def retriever(name: str) -> str:
    """A `core.document.Retriever` in a list or on a badge."""
    return {"names": tr("name"), "words": tr("words"), "meaning": tr("meaning")}[name]


def retriever_column(name: str) -> str:
    """A retriever as the command line prints it, in a column or a list."""
    return {"names": tr("names"), "words": tr("words"), "meaning": tr("meaning")}[name]


def search_method(name: str) -> str:
    """A way of searching that is measured (`core.library.measure.measure.Method`)."""
    return {
        "words": tr("Words only"),
        "meaning": tr("Meaning only"),
        "fused": tr("Words and meaning"),
        "sentences": tr("With the best sentences"),
        "second": tr("With a second model"),
        "reranked": tr("With the reranker"),
    }[name]


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


def tier(name: str, retrievers: Collection[Collection[str]]) -> str:
    """The heading of a `core.document.Tier`, whose hits the given retrievers found."""
    if name == "contains":
        return tr("Contain your words")
    by_meaning = ["meaning" in found for found in retrievers]
    if all(by_meaning):
        return tr("Related by meaning")
    return tr("Related") if any(by_meaning) else tr("Contain some of your words")


def place_in_list(rank: int, heading: str, *, folded: bool) -> str:
    """Where a file is in the results of a query: its rank, under which `tier`, and whether it is folded away."""
    if folded:
        return tr("All results: rank {rank}, under “{heading}”, hidden as less likely", rank=rank, heading=heading)
    if heading:
        return tr("All results: rank {rank}, under “{heading}”", rank=rank, heading=heading)
    return tr("All results: rank {rank}", rank=rank)


def not_in_list(listed: int) -> str:
    """That a file is not among the first results of a query."""
    if not listed:
        return tr("All results: none")
    return ntr("All results: not among the first {count}", "All results: not among the first {count}", listed)


def help_by_name(name: str) -> str:
    """What would help files of a `core.document.ContentKind` that are known by their names only."""
    return {
        "image": tr("To search the text in pictures, turn on reading text in scans in Settings > Files."),
        "archive": tr("Unpack them to search their contents."),
        "media": tr("They have no text."),
        "other": tr("They have no text, or are of a type that Findling does not know."),
    }.get(name, tr("Reading this type is not possible yet."))


def place(unit: str | None, number: int | None, label: str = "") -> str:
    """Where in a document: "p. 3", "slide 2", a sheet's, chapter's or attachment's own name; "" without."""
    if label and unit in {"sheet", "chapter", "attachment"}:
        return label
    if number is None:
        return ""
    match unit:
        case "scan" if label:  # a single picture
            return tr("recognized text")
        case "scan":
            return tr("p. {number}, recognized text", number=number)
        case "slide":
            return tr("slide {number}", number=number)
        case "sheet":
            return tr("sheet {number}", number=number)
        case "chapter":
            return tr("chapter {number}", number=number)
        case "attachment":
            return tr("attachment {number}", number=number)
        case "quote":
            return tr("quoted text")
        case "message":
            return tr("message {number}", number=number)
        case _:
            return tr("p. {number}", number=number)


def pause_reason(reason: str, until: float | None = None) -> str:
    """Why indexing waits, by `core.events.PauseReason`; `until` in seconds since 1970."""
    if reason == "paused" and until is not None:
        return tr("Paused until {time}", time=amounts.moment(until))
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


def broad_wildcard(wildcard: str, words: int) -> str:
    """The sentence on a wildcard that stands for more words than are searched."""
    return ntr(
        "“{wildcard}” matches {count} word. Only the most frequent ones were searched: type more letters.",
        "“{wildcard}” matches {count} words. Only the most frequent ones were searched: type more letters.",
        words,
        wildcard=wildcard,
    )


def without(dropped: str, documents_found: int) -> str:
    """What a query finds without some of its filters."""
    return ntr(
        "Without “{filter}”: {count} document", "Without “{filter}”: {count} documents", documents_found, filter=dropped
    )


def purpose_of_connection(purpose: str, about: str) -> str:
    """Why Findling connected to another computer (`core.connections.Purpose`); `about` is a model or a program."""
    if purpose in ("model_download", "engine_download"):
        return tr("Download of {name}", name=about)
    if purpose == "vector_store":
        return tr("Vectors in your {name} store", name=about)
    if purpose == "sign_in":
        return tr("Sign-in at {name}", name=about)
    if purpose == "team_library":
        return tr("Search in the team library “{name}”", name=about)
    return tr("Search by meaning on your server")


def listed(parts: Sequence[str], separator: str = "") -> str:
    """An enumeration outside a sentence: "a, b, c"."""
    return (separator or tr(", ")).join(part for part in parts if part)
