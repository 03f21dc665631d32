"""`findling finetune`: a model of one's own, trained on what was opened."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from core.cli.arguments import DONE, add_command, positive_number
from core.cli.console import StatusLine, single_line
from core.library import Library
from core.messages import tr


def add_finetune(commands: Any) -> None:
    """Add the command `finetune`."""
    finetune = add_command(
        commands,
        "finetune",
        tr("train a model on the documents that you opened"),
        more=tr(
            "Needs “Learn which results I open” in the settings, pip install 'findling[finetune]', and a graphics card "
            "or much time. The model is a folder that you can choose in the settings; see first with `findling "
            "measure` whether it finds more."
        ),
    )
    finetune.add_argument("model", type=Path, metavar=tr("MODEL"), help=tr("the folder of the model to begin with"))
    finetune.add_argument("to", type=Path, metavar=tr("FOLDER"), help=tr("a new folder for the result"))
    finetune.add_argument(
        "--epochs",
        type=positive_number,
        default=1,
        metavar="N",
        help=tr("how often each document is trained on (default: %(default)s)"),
    )


def run_finetune(arguments: argparse.Namespace) -> int:
    """Run `findling finetune`."""
    line = StatusLine(sys.stderr)
    with Library.open(arguments.library, read_only=True) as library:
        result = library.measure.finetuning.run(
            arguments.model,
            arguments.to,
            epochs=arguments.epochs,
            tell=lambda done, total: line.show(tr("Training: step {done} of {total}", done=done, total=total)),
        )
    line.end()
    assert result is not None  # nothing cancels it
    print(
        tr(
            "Trained on {pairs} documents; the loss went from {first:.3f} to {last:.3f}. The model is in {folder}.",
            pairs=result.pairs,
            first=result.first_loss,
            last=result.last_loss,
            folder=single_line(str(arguments.to)),
        )
    )
    return DONE


FINETUNE = {"finetune": run_finetune}
