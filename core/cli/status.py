"""`findling status`: the progress of names, words and meaning."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from core.cli.answers import Answers
from core.cli.arguments import DONE, add_command, add_json_option
from core.cli.console import single_line
from core.cli.problems import print_by_name
from core.cli.status_report import print_status
from core.events import Folder, ModelSwitch, OcrProgress, Progress, RetrieverProgress, Trouble
from core.messages import tr


def add_status(commands: Any) -> None:
    """Add the command `status`."""
    add_json_option(add_command(commands, "status", tr("show the progress of names, words and meaning")))


def run_status(arguments: argparse.Namespace) -> int:
    """Run `findling status`."""
    with Answers(arguments.library) as answers:
        status = answers.get("status")
    if arguments.json:
        print(json.dumps(status))
        return DONE
    print(tr("Library {path}, model {model}", path=single_line(status["library"]), model=status["model"]))
    print_status(_progress(status), [Folder(**folder) for folder in status["folder_states"]], status["sizes"])
    print_by_name(status["by_name_only"])
    if status["unconfined"]:
        print(status["unconfined"])
    return DONE


def _progress(status: Mapping[str, Any]) -> Progress:
    """The progress in a status."""
    switch, ocr = status["handover"], dict(status["ocr"])
    if ocr["trouble"] is not None:
        ocr["trouble"] = Trouble(**ocr["trouble"])
    handover = None
    if switch is not None:
        handover = ModelSwitch(switch["model"], RetrieverProgress(**switch["meaning"]), can_embed=switch["speaks"])
    return Progress(
        names=RetrieverProgress(**status["lanes"]["names"]),
        words=RetrieverProgress(**status["lanes"]["words"]),
        meaning=RetrieverProgress(**status["lanes"]["meaning"]),
        passages_done=status["passages"]["done"],
        passages_total=status["passages"]["total"],
        passages_embedded=status["passages_embedded"],
        handover=handover,
        ocr=OcrProgress(**ocr),
    )


STATUS = {"status": run_status}
