"""The progress of the library in sentences: the coverage of a search, the model in use, the time left."""

from __future__ import annotations

from collections.abc import Sequence

from core.document import Hit, Retriever
from core.events import ModelSwitch, OcrProgress, PauseState, Progress
from core.messages import amounts, ntr, terms, tr
from gui.engine import engine_text
from gui.text import messages


def coverage(progress: Progress) -> str:
    """The current coverage of a search, in one or two sentences."""
    total = progress.names.total
    if not total:
        return tr("No files yet.") if not progress.scanning else tr("Looking for files…")
    done = progress.meaning.done
    if meaning_unavailable(progress):
        return tr("Only names and words are searched, because the engine is not available.")
    if done and not progress.meaning.waiting:
        return ntr("{count} file is searchable by meaning.", "{count} files are searchable by meaning.", done)
    if not progress.words.done:
        return ntr(
            "{count} file is searchable by name. Words and meaning follow.",
            "{count} files are searchable by name. Words and meaning follow.",
            total,
        )
    return ntr(
        "{count} file is searchable by words, {done} by meaning so far.",
        "{count} files are searchable by words, {done} by meaning so far.",
        progress.words.done,
        done=done,
    )


def summary(progress: Progress, pause_state: PauseState | None = None) -> str:
    """The status bar's text: what Findling does, and the time left. How far it is stands beside it."""
    if pause_state is not None:
        return messages.pause_reason(pause_state)
    if meaning_off(progress):
        return tr("Search by meaning: off")
    if progress.scanning and progress.names.total == 0:
        return tr("Looking for files…")
    meaning = progress.meaning
    if not (meaning.waiting or progress.words.waiting or progress.handover):
        if progress.ocr.current:
            return tr("Reading scans: {counts}", counts=scans(progress.ocr))
        return tr("Everything is up to date") if progress.names.total else ""
    if progress.handover is not None and progress.handover.can_embed:
        return switching_model(progress.handover, progress.eta)
    if progress.eta is None:
        return tr("Indexing…")
    return tr("Indexing, {left}", left=amounts.time_left(progress.eta))


def scans(ocr: OcrProgress) -> str:
    """The pages without text, and how many of them are recognised; or what keeps them from being read."""
    if ocr.trouble is not None and not ocr.current:
        return ocr.trouble.sentence
    if not ocr.done and not ocr.waiting:
        return amounts.unread_pages(ocr.total)
    return ntr("{done} of {count} page", "{done} of {count} pages", ocr.total, done=ocr.done)


def switching_model(handover: ModelSwitch, eta: float | None = None) -> str:
    """The sentence on which model answers while another one indexes, and for how long (`eta` in seconds)."""
    model, coming = engine_text.model(handover.model), handover.meaning
    total = coming.done + coming.waiting
    if eta is None:
        return tr(
            "Using the previous model until {model} is ready: {done} of {total}",
            model=model,
            done=coming.done,
            total=total,
        )
    return tr(
        "Using the previous model until {model} is ready: {done} of {total}, {left}",
        model=model,
        done=coming.done,
        total=total,
        left=amounts.time_left(eta),
    )


def previous_model_answers(progress: Progress) -> bool:
    """Whether the previous model still answers by meaning, with an engine of its own."""
    return progress.handover is not None and progress.handover.can_embed


def meaning_unavailable(progress: Progress) -> bool:
    """Whether semantic search is impossible until the user fixes the engine."""
    return progress.engine.is_unavailable and not previous_model_answers(progress)


def meaning_off(progress: Progress) -> bool:
    """Whether the engine is off or failed, so that a search finds names and words only until it is started."""
    if not progress.meaning.done or previous_model_answers(progress):
        return False
    is_stopped = progress.engine.state == "stopped" and not progress.meaning.waiting  # work starts it
    return is_stopped or meaning_unavailable(progress)


def done_of(progress: Progress, retriever: Retriever) -> tuple[int, int]:
    """(done, of how many) of a retriever: files, and passages of the one by meaning once all of them are counted."""
    files = progress.retriever(retriever)
    if retriever != "meaning" or progress.words.waiting or progress.handover or not progress.passages_total:
        return files.done, files.done + files.waiting
    return progress.passages_done, progress.passages_total


def result_count(hits: Sequence[Hit], limit: int, progress: Progress, *, by_example: bool = False) -> str:
    """The line above the results: their number, whether meaning is still missing, and whether none is an answer.

    Set `by_example` for a query for documents similar to another one.
    """
    if messages.nothing_relevant(hits) and not meaning_unavailable(progress) and progress.meaning.done:
        return terms.no_answer(by_example=by_example)
    count = len(hits)
    is_starting = progress.engine.state == "starting" and not previous_model_answers(progress)
    by_meaning = any("meaning" in hit.lanes for hit in hits)
    if is_starting and not progress.engine.is_unavailable:
        if count >= limit:
            return tr("The {limit} best matches by name and words. Still searching by meaning…", limit=limit)
        return ntr(
            "{count} document by name and words. Still searching by meaning…",
            "{count} documents by name and words. Still searching by meaning…",
            count,
        )
    if not by_meaning and (meaning_unavailable(progress) or (progress.names.total and not progress.meaning.done)):
        if count >= limit:
            return tr("The {limit} best matches by name and words", limit=limit)
        return ntr("{count} document by name and words", "{count} documents by name and words", count)
    return tr("The {limit} best matches", limit=limit) if count >= limit else amounts.documents(count)


def engine_failed(progress: Progress) -> tuple[str, str]:
    """(sentence, detail) for an engine that failed; the detail is its last message with the remedy."""
    status = progress.engine
    sentence = tr("Searching by meaning is not possible at the moment.")
    if previous_model_answers(progress):
        sentence = tr("The new model cannot run at the moment. Findling keeps using the previous one.")
    detail = f"{status.detail} {status.remedy}".strip()
    return sentence, detail or tr("You can still search by name and words.")
