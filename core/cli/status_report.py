"""Output of `findling index` and `status`: progress, folders and sizes."""

from __future__ import annotations

from collections.abc import Sequence

from core.cli.console import duration, padded, single_line
from core.document import RETRIEVERS, Retriever
from core.events import Folder, ModelSwitch, OcrProgress, Progress, RetrieverProgress
from core.messages import amounts, terms, tr

BAR_LENGTH = 20  # characters


def progress_line(progress: Progress) -> str:
    """The progress of all retrievers in one line."""
    parts = [
        _bar(progress),
        tr("names {done}", done=progress.names.done),
        tr("words {done}/{total}", done=progress.words.done, total=progress.words.total),
        tr("meaning {done}/{total} passages", done=progress.passages_done, total=progress.passages_total),
    ]
    if progress.rate:
        parts.append(tr("{rate} passages/s", rate=round(progress.rate)))
    if progress.eta is not None:
        parts.append(tr("{time} left", time=duration(progress.eta)))
    if progress.trouble is not None:
        parts.append(f"({progress.trouble.sentence})")
    return "  ".join(parts)


def print_status(progress: Progress, folders: Sequence[Folder], sizes: dict[str, int]) -> None:
    """Print the folders, the progress of each retriever, and the size on disk."""
    for folder in folders:
        path, files = single_line(folder.path), amounts.files(folder.files)
        if folder.connected:
            print(f"  {tr('{path}: {files}', path=path, files=files)}")
        else:
            print(f"  {tr('{path}: {files} (not connected)', path=path, files=files)}")
    for name in RETRIEVERS:
        print(f"  {_column(name)} {_counts(progress.retriever(name))}")
    _print_passages(progress)
    if line := ocr_line(progress.ocr):
        print(f"  {line}")
    if progress.handover is not None:
        _print_model_switch(progress.handover)
    listed = terms.listed([tr("{name} {size:size}", name=_store(name), size=size) for name, size in sizes.items()])
    print(f"  {tr('on disk  {sizes}', sizes=listed)}")


def ocr_line(ocr: OcrProgress) -> str:
    """The pages without text, and how many of them are recognised; "" where there are none."""
    if not ocr.total:
        return ""
    if ocr.done:
        line = tr("scans    {done} of {total} pages recognized", done=ocr.done, total=ocr.total)
    else:
        line = tr("scans    {pages}", pages=amounts.unread_pages(ocr.total))
    if ocr.trouble is not None:
        return f"{line}  ({ocr.trouble.sentence} {ocr.trouble.remedy})"
    return line


def print_summary(progress: Progress, folders: Sequence[Folder], durations: dict[Retriever, float]) -> None:
    """Print the result of an indexing run; `durations` are seconds from the start until each retriever was complete."""
    size = sum(folder.size for folder in folders)
    print(tr("{files}, {size:.1f} MB", files=amounts.files(progress.names.done), size=size / 1e6))
    for name, seconds in durations.items():
        counts = progress.retriever(name)
        line = tr("{counts}; complete after {time}", counts=_counts(counts), time=duration(seconds))
        if seconds > 0:
            files, speed = round(counts.total / seconds), size / 1e6 / seconds
            line += tr(" ({files} files/s, {speed:.1f} MB/s)", files=files, speed=speed)
        print(f"  {_column(name)} {line}")
    _print_passages(progress)


def _column(retriever: str) -> str:
    return padded(terms.retriever_column(retriever), 8)


def _store(name: str) -> str:
    """What a size is of; a name that is not known here is printed as it is."""
    return {"catalogue": tr("catalogue"), "words": tr("words"), "vectors": tr("vectors")}.get(name, name)


def _bar(progress: Progress) -> str:
    words, total = progress.words, max(progress.passages_total, 1)
    read = words.done / max(words.total, 1)
    share = 0.1 * read + 0.9 * read * progress.passages_done / total
    full = int(BAR_LENGTH * share)
    return f"[{'#' * full}{'.' * (BAR_LENGTH - full)}]"


def _print_model_switch(switch: ModelSwitch) -> None:
    done, total = switch.meaning.done, switch.meaning.done + switch.meaning.waiting
    retriever = "meaning" if switch.can_embed else "words"
    text = tr(
        "Using the previous model until {model} is ready: {done} of {total}",
        model=switch.model,
        done=done,
        total=total,
    )
    print(f"  {_column(retriever)} {text}")


def _counts(progress: RetrieverProgress) -> str:
    return tr(
        "{done} done, {waiting} waiting, {failed} failed",
        done=progress.done,
        waiting=progress.waiting,
        failed=progress.failed,
    )


def _print_passages(progress: Progress) -> None:
    text = tr(
        "passages {done} of {total}; {embedded} embedded in total",
        done=progress.passages_done,
        total=progress.passages_total,
        embedded=progress.passages_embedded,
    )
    print(f"  {text}")
