"""Measure SGLang on a card: python -m tests.tools.gpu [--weights FOLDER] [--sglang PYTHON] [--files N] [--cpu]

SGLang is started by Findling with a model of exactly Qwen3-Embedding-0.6B's shape (random weights, made here), a folder
is indexed through it, and figures are printed; nothing is asserted. `--cpu` runs the same with a tiny model on the
processor. Ends with 3 where there is no card, 1 where SGLang cannot be run (then PyTorch alone gives the ceiling).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from core.engine.hardware.machine import machine
from core.engine.installing.install import Installation
from core.engine.sglang.runtime import SglangRuntime
from core.errors import FindlingError
from core.settings import Settings
from tests.builders import models
from tests.system.sglang import environment
from tests.system.sglang.real import FLAGS
from tests.tools.gpu import measure

CEILING = Path(__file__).with_name("ceiling.py")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.gpu", description="Measure SGLang as Findling runs it."
    )
    parser.add_argument("--weights", type=Path, help="a folder of weights instead of random ones")
    parser.add_argument("--sglang", metavar="PYTHON", default="", help="an SGLang that is there already")
    parser.add_argument("--files", type=int, help="documents to index (400; with --cpu 12)")
    parser.add_argument("--cpu", action="store_true", help="a tiny model on the processor, to try the command itself")
    options = parser.parse_args(arguments)
    here = machine()
    if not options.cpu and not here.gpus:
        print(here.trouble or "There is no NVIDIA card in this machine.")
        return 3
    with tempfile.TemporaryDirectory(prefix="findling-gpu-") as temporary:
        folder = Path(temporary)
        model = options.weights or _model(folder / "Qwen3-Embedding-made", tiny=options.cpu)
        files = options.files or (12 if options.cpu else 400)
        try:
            python = _on_processor(options.sglang) if options.cpu else _on_card(options.sglang)
            settings = Settings(model="qwen3-0.6b", engine="sglang", sglang=python, model_folder=str(model))
            runtime = SglangRuntime(flags=FLAGS, device="cpu") if options.cpu else SglangRuntime()
            measure.run(folder, settings, runtime, files)
        except (FindlingError, environment.CannotMakeError) as error:
            print(f"SGLang cannot be run here: {error}")
            _ceiling(options.sglang or sys.executable, model)
            return 1
    return 0


def _model(folder: Path, *, tiny: bool) -> Path:
    print(f"Random weights are made ({'tiny' if tiny else 'the shape of Qwen3-Embedding-0.6B, 1.2 GB'}).", flush=True)
    return models.write(folder, models.TINY if tiny else models.SMALLEST, half=not tiny)


def _on_processor(python: str) -> str:
    return python or str(environment.ensure(print))


def _on_card(python: str) -> str:
    """The interpreter to use; "" means Findling's own installation, which is made if it is missing."""
    if not python and Installation().state() != "ready":
        print("SGLang is installed.", flush=True)
        Installation().install(lambda step: None, threading.Event())
    return python


def _ceiling(python: str, model: Path) -> None:
    """Measure the same model in PyTorch alone: the upper limit of any server."""
    done = subprocess.run([python, str(CEILING), str(model)], capture_output=True, text=True, check=False)
    print(done.stdout.strip() or f"PyTorch cannot be run either: {done.stderr.strip().splitlines()[-1:]}")


if __name__ == "__main__":
    sys.exit(main())
