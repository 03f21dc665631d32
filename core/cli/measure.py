"""`findling measure`: how well each way of searching finds what the user opened."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from core.cli.arguments import DONE, NOTHING_FOUND, add_command, add_json_option
from core.cli.console import StatusLine, padded
from core.library import Library
from core.library.measure.comparison import ComparedModels, ModelScores
from core.library.measure.estimates import Estimate
from core.library.measure.measure import Measurement, MethodScores
from core.library.measure.training import Training
from core.messages import ntr, terms, tr
from core.models import model_named


def add_measure(commands: Any) -> None:
    """Add the command `measure`."""
    measure = add_command(
        commands,
        "measure",
        tr("measure each way of searching on the documents that you opened"),
        more=tr(
            "Needs “Learn which results I open” in the settings. Everything stays on this computer. The documents that "
            "you opened are ones that Findling had shown, so a method that would find others is at a disadvantage."
        ),
    )
    add_json_option(measure)
    what = measure.add_mutually_exclusive_group()
    what.add_argument("--export", type=Path, metavar=tr("FILE"), help=tr("only write the searches and documents there"))
    what.add_argument(
        "--learn",
        action="store_true",
        help=tr("learn from them how you ask, and use it from now on if that finds more"),
    )
    what.add_argument(
        "--models",
        action="store_true",
        help=tr("compare the embedding models instead, on these and 300 other documents; takes some minutes"),
    )
    what.add_argument("--clear", action="store_true", help=tr("only delete the searches and documents"))


def run_measure(arguments: argparse.Namespace) -> int:
    """Run `findling measure`."""
    with Library.open(arguments.library, read_only=not (arguments.clear or arguments.learn)) as library:
        if arguments.clear:
            library.measure.judgements.clear()
            return DONE
        if arguments.export is not None:
            library.measure.export(arguments.export)
            return DONE
        line = StatusLine(sys.stderr)
        if arguments.learn:
            trained = library.measure.training.run(lambda done, total: line.show(_progress(done, total)))
            line.end()
            assert trained is not None  # nothing cancels it
            print(json.dumps(dataclasses.asdict(trained)) if arguments.json else training_report(trained))
            return DONE if trained.gain is not None else NOTHING_FOUND
        if arguments.models:
            compared = library.measure.comparison.run(lambda done, total: line.show(_comparing(done, total)))
            line.end()
            assert compared is not None  # nothing cancels it
            return _print_comparison(compared, as_json=arguments.json)
        result = library.measure.run(lambda done, total: line.show(_progress(done, total)))
        line.end()
    assert result is not None  # nothing cancels it
    if arguments.json:
        print(json.dumps(dataclasses.asdict(result)))
    elif result.methods:
        print_measurement(result)
    else:
        print(_nothing_opened())
    return DONE if result.methods else NOTHING_FOUND


def _print_comparison(result: ComparedModels, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(dataclasses.asdict(result)))
    elif result.models:
        searches = ntr("{count} search", "{count} searches", result.queries)
        documents = ntr("{count} document", "{count} documents", result.documents)
        print(tr("{searches}, {documents}", searches=searches, documents=documents))
        _print_heads(tr("nDCG against the model in use"))
        for scores in result.models:
            print(_row(tr(model_named(scores.model).title), scores))
        if result.is_rough:
            print(_too_few())
    else:
        print(_nothing_opened())
    return DONE if result.models else NOTHING_FOUND


def print_measurement(result: Measurement) -> None:
    """Print a table with a line for each way of searching."""
    searches = ntr("{count} search", "{count} searches", result.queries)
    documents = ntr("{count} opened document", "{count} opened documents", result.documents)
    print(tr("{searches}, {documents}, model {model}", searches=searches, documents=documents, model=result.model))
    _print_heads(tr("nDCG against the present order"))
    for scores in result.methods:
        print(_row(terms.search_method(scores.method), scores))
    if result.is_rough:
        print(_too_few())


def _print_heads(gain: str) -> None:
    heads = ("nDCG@10", "MRR@10", tr("first three"), gain)
    print(padded("", 24) + "".join(padded(head, 24) for head in heads).rstrip())


def _too_few() -> str:
    return tr("There are too few searches yet to choose by.")


def _nothing_opened() -> str:
    return tr("No document was opened from a search yet, or “Learn which results I open” is off in the settings.")


def training_report(trained: Training) -> str:
    """One or two sentences on what was learnt."""
    if trained.before is None or trained.after is None or trained.gain is None:
        found = ntr("{count} opened document", "{count} opened documents", trained.pairs)
        needed = ntr("{count} is needed", "{count} are needed", trained.needed)
        return tr("{found}, {needed} to learn from.", found=found, needed=needed)
    figures = tr(
        "nDCG@10 on searches that were left out: {before} before, {after} after, {gain}.",
        before=_plain(trained.before),
        after=_plain(trained.after),
        gain=_signed(trained.gain),
    )
    used = tr("What was learnt is used from now on.") if trained.used else tr("It is not clearly better, and not used.")
    return figures + " " + used


def _row(name: str, scores: MethodScores | ModelScores) -> str:
    gain = _signed(scores.gain) if scores.gain is not None else tr("in use")
    cells = (_plain(scores.ndcg), _plain(scores.mrr), _plain(scores.first_three), gain)
    return padded(name, 24) + "".join(padded(cell, 24) for cell in cells).rstrip()


def _plain(estimate: Estimate) -> str:
    return f"{estimate.mean:.3f} ({estimate.low:.3f}–{estimate.high:.3f})"


def _signed(estimate: Estimate) -> str:
    return f"{estimate.mean:+.3f} ({estimate.low:+.3f} – {estimate.high:+.3f})"


def _comparing(done: int, total: int) -> str:
    return tr("Comparing models: {share} %", share=100 * done // max(total, 1))


def _progress(done: int, total: int) -> str:
    return tr("Measuring: {done} of {total} searches", done=done, total=total)


MEASURE = {"measure": run_measure}
