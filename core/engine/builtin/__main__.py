"""The built-in engine's process: the OpenAI embeddings API on a random port of this machine.

    FINDLING_ENGINE_KEY=... python -m core.engine.builtin --model multilingual --threads 2

The parent gives the key in the environment and reads JSON lines from stdout: {"event": "listening", "port": N},
{"event": "loading", "part": NAME, "fraction": F}, {"event": "ready", "second": NAME} (the model served beside it, ""
for none) or {"event": "failed", "sentence", "remedy"}.
The process ends when its stdin is closed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from core.engine.builtin.backend import KEY_VARIABLE
from core.engine.builtin.priority import Priority
from core.engine.builtin.server import EngineHttp
from core.engine.builtin.state import EngineState
from core.errors import ModelError
from core.models import MODELS
from core.processes.guard import die_with_parent

LOADING_FAILED = 3

Tell = Callable[[dict[str, Any]], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal or the end of stdin; returns only if it cannot start."""
    parser = argparse.ArgumentParser(prog="core.engine.builtin", description="The built-in engine.")
    parser.add_argument("--model", choices=sorted(MODELS), required=True)
    parser.add_argument("--threads", type=int, default=0, help="texts at a time; 0: as many as there are cores")
    options = parser.parse_args(arguments)
    key = os.environ.pop(KEY_VARIABLE, "")
    if not key:
        parser.error(f"the key must be in the environment, as {KEY_VARIABLE}")
    tell = _take_over_stdout()
    priority = Priority()
    priority.lower()
    _end_with_parent()
    model_spec = MODELS[options.model]
    state = EngineState(model_spec, key, priority, second_spec=MODELS.get(model_spec.second))
    server = EngineHttp(state)
    tell({"event": "listening", "port": server.port})
    threads = options.threads if options.threads > 0 else cores()
    threading.Thread(target=_load, args=(state, threads, tell), name="loading", daemon=True).start()
    server.run()
    return 0


def cores() -> int:
    """The number of physical cores that this process may use."""
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))


def _load(state: EngineState, threads: int, tell: Tell) -> None:
    try:
        from core.engine.builtin import onnx_model

        report = lambda part, fraction: tell({"event": "loading", "part": part, "fraction": fraction})  # noqa: E731
        state.ready(onnx_model.load(state.model_spec, report), threads)
        tell({"event": "ready", "second": state.model_spec.second})
    except ModelError as error:
        tell({"event": "failed", "sentence": error.sentence, "remedy": error.remedy})
        os._exit(LOADING_FAILED)
    except BaseException:  # noqa: BLE001 - a process without a model must not go on
        traceback.print_exc()
        os._exit(1)


def _take_over_stdout() -> Tell:
    """Reserve stdout for events: redirects what libraries print to stderr."""
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(event: dict[str, Any]) -> None:
        lines.write(json.dumps(event) + "\n")
        lines.flush()

    return tell


def _end_with_parent() -> None:
    """End this process when the parent ends, closes stdin or sends a signal."""
    die_with_parent()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    threading.Thread(target=_end_with_stdin, name="stdin", daemon=True).start()


def _end_with_stdin() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
