"""How far the library is, in sentences: what a search reaches, who answers, how long it takes."""

from __future__ import annotations

from collections.abc import Sequence

from core.document import Hit
from core.events import ModelSwitch, PauseState, Progress
from gui.engine import engine_text
from gui.text import messages
from gui.text.messages import tr


def coverage(progress: Progress) -> str:
    """What a search reaches at the moment, in one sentence."""
    total = progress.names.total
    if not total:
        return tr("No files yet.") if not progress.scanning else tr("Looking for files.")
    done = progress.meaning.done
    if meaning_in_trouble(progress):
        return tr("Searched by name and words only: the engine is not available.")
    if done and not progress.meaning.waiting:
        return messages.counted(done, tr("1 file is searchable by meaning."), tr("{} files are searchable by meaning."))
    if not progress.words.done:
        names = messages.counted(total, tr("1 file is searchable by its name."), tr("{} files are searchable by name."))
        return tr("{} Words and meaning follow.").format(names)
    words = messages.counted(
        progress.words.done, tr("1 file is searchable by its words"), tr("{} files are searchable by words")
    )
    return tr("{words}, {meaning} by meaning so far.").format(words=words, meaning=messages.number(done))


def summary(progress: Progress, pause_state: PauseState | None = None) -> str:
    """The status bar's sentence: how far it is and how long it takes."""
    if pause_state is not None:
        return messages.pause_reason(pause_state)
    if progress.scanning and progress.names.total == 0:
        return tr("Looking for files")
    meaning = progress.meaning
    if not (meaning.waiting or progress.words.waiting or progress.handover):
        return tr("Everything is up to date") if progress.names.total else ""
    total = meaning.done + meaning.waiting
    share = passages_share(progress) if total else messages.percent(0, 1)
    sentence = tr("{} searchable by meaning").format(share)
    if progress.handover is not None and progress.handover.can_embed:
        sentence = switching_model(progress.handover)
    if progress.eta is None:
        return sentence
    return tr("{done}, {left}").format(done=sentence, left=messages.time_left(progress.eta))


def switching_model(handover: ModelSwitch) -> str:
    """Who answers by meaning, and for how long."""
    coming = handover.meaning
    return tr("The former model answers until {model} is ready: {done} of {total}").format(
        model=engine_text.model(handover.model),
        done=messages.number(coming.done),
        total=messages.number(coming.done + coming.waiting),
    )


def previous_model_answers(progress: Progress) -> bool:
    """Whether the model used before still answers by meaning, with an engine of its own."""
    return progress.handover is not None and progress.handover.can_embed


def meaning_in_trouble(progress: Progress) -> bool:
    """Whether nothing can be found by meaning until a person helps the engine."""
    return messages.engine_in_trouble(progress.engine) and not previous_model_answers(progress)


def passages_share(progress: Progress) -> str:
    """How much is searchable by meaning, by passages once they are known, else by files."""
    meaning = progress.meaning
    if progress.words.waiting or progress.handover or not progress.passages_total:
        return messages.percent(meaning.done, meaning.done + meaning.waiting)
    return messages.percent(progress.passages_done, progress.passages_total)


def found(hits: Sequence[Hit], limit: int, progress: Progress, *, by_example: bool = False) -> str:
    """The line over the results: how many, whether meaning is not in it yet, and whether they are no answers.

    `by_example` if it was asked for what is similar to a document.
    """
    if messages.nothing_relevant(hits) and not meaning_in_trouble(progress) and progress.meaning.done:
        if by_example:
            return tr("Nothing is very similar. These are the nearest.")
        return tr("Nothing seems to answer this. These are the nearest.")
    count = len(hits)
    many = messages.counted(count, tr("1 document"), tr("{} documents"))
    if count >= limit:
        many = tr("The best {} documents").format(messages.number(limit))
    is_joining = progress.engine.state == "starting" and not previous_model_answers(progress)
    if is_joining and not messages.engine_in_trouble(progress.engine):
        return tr("{}, found by name and words. Meaning is joining soon.").format(many)
    by_meaning = any("meaning" in hit.lanes for hit in hits)
    if not by_meaning and (meaning_in_trouble(progress) or (progress.names.total and not progress.meaning.done)):
        return tr("{}, found by name and words.").format(many)
    return many


def engine_failed(progress: Progress) -> tuple[str, str]:
    """What to say when the engine gave up: its last words and what helps."""
    status = progress.engine
    sentence = tr("Searching by meaning is not possible at the moment.")
    if previous_model_answers(progress):
        sentence = tr("The new model cannot run at the moment. The former one goes on answering.")
    detail = f"{status.detail} {status.remedy}".strip()
    return sentence, detail or tr("Names and words are searched as before.")
