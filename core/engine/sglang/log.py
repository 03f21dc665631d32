"""What SGLang's log means: the progress of a start, and why the server ended."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.engine.supervisor.backend import Ending
from core.engine.supervisor.child import Event
from core.messages import Message

READY = "The server is fired up and ready to roll"
WORKS = "Prefill batch"
SHARDS = re.compile(r"shards:.*?\|\s*(\d+)/(\d+) ")
PHASES = (
    ("server_args=", "sglang.preparing"),
    ("Load weight begin", "sglang.loading"),
    ("Load weight end", "sglang.allocating"),
    ("max_total_num_tokens=", "sglang.warming_up"),
)

UNKNOWN_FLAG, NO_PORT, CANNOT_START = 2, 3, 127
SIGNAL_BASE = 128  # plus the signal's number: the guard's exit code
MAX_SHOWN = 300  # characters of the server's own words

# The line of an exception starts at the margin; a warning that mentions one does not.
ERROR_LINE = re.compile(
    r"^(?:\w+\.)*\w*(?:Error|Exception|Interrupt)(?:: |$)|^sglang serve: error: |out of memory|\[Errno \d+\]"
)

NO_GPU = Ending(Message("sglang.no_card"), hopeless=True)
DRIVER = Ending(Message("sglang.old_driver"), hopeless=True)
MEMORY = Ending(Message("sglang.out_of_memory"), smaller=True)
FLAG = Ending(Message("sglang.unknown_option"), hopeless=True)
PORT = Ending(Message("sglang.port_taken"))
MODEL = Ending(Message("sglang.broken_model"), hopeless=True)
NOT_EMBEDDING = Ending(Message("sglang.not_embedding"), hopeless=True)
BROKEN_INSTALL = Ending(Message("sglang.broken_installation"), hopeless=True)
NO_PROGRAM = Ending(Message("sglang.cannot_start"), hopeless=True)
BACKEND = Ending(Message("sglang.needs_cache"))

# The first pattern found in the server's error lines is the reason; the line is shown after it.
REASONS: tuple[tuple[re.Pattern[str], Ending], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), ending)
    for pattern, ending in (
        (r"out of memory|OutOfMemoryError|Not enough memory|leave no GPU memory", MEMORY),
        (r"driver version is insufficient|driver on your system is too old|unsupported toolchain", DRIVER),
        (
            r"No accelerator|Found no NVIDIA|No CUDA GPUs|no CUDA-capable device|No CUDA devices|device ordinal",
            NO_GPU,
        ),
        (r"prefill-only-disable-kv-cache|FlashAttention v[34]|flash_attn|NoOpMHATokenToKVPool", BACKEND),
        (r"address already in use", PORT),
        (r"add `--is-embedding`|does not support embedding|is not an embedding", NOT_EMBEDDING),
        (r"ModuleNotFoundError|ImportError|cannot open shared object|undefined symbol", BROKEN_INSTALL),
        (r"safetensors|deserializ|config\.json|valid model|any model weights|no file named|size mismatch", MODEL),
        (r"model_type|tokenizer|connect to 'https|Repo id|model architectures|max_position_embeddings", MODEL),
    )
)


def event_of(line: str) -> Event | None:
    """The event that a line of the log means, in the format of the built-in engine; None if none."""
    if READY in line:
        return {"event": "ready"}
    if shards := SHARDS.search(line):
        done, total = int(shards[1]), int(shards[2])
        sentence = Message("sglang.loading_shards", done=done, total=total).sentence
        return {"event": "phase", "sentence": sentence, "fraction": done / max(1, total)}
    for words, code in PHASES:
        if words in line:
            return {"event": "phase", "sentence": Message(code).sentence}
    return None


def meaning(code: int | None, lines: Sequence[str]) -> Ending | None:
    """Why the server ended, by its log first: it exits with 137 for any internal error.

    `code` is the exit code, or minus a signal; None if it is running but does not answer. None if the log says nothing.
    """
    errors = [line.strip() for line in lines if ERROR_LINE.search(line)]
    for pattern, ending in REASONS:
        for line in reversed(errors):
            if pattern.search(line):
                return _with(ending, line)
    if code is None:
        return None
    last = errors[-1] if errors else ""
    by_code = {UNKNOWN_FLAG: FLAG, NO_PORT: PORT, CANNOT_START: NO_PROGRAM}
    if code in by_code:
        return _with(by_code[code], last or _last(lines))
    if 0 <= code < SIGNAL_BASE:
        return _with(Ending(Message("sglang.ended_with_code", code=code)), last)
    return _with(Ending(Message("sglang.ended_by_signal", signal=abs(code) % SIGNAL_BASE)), last)


def _with(ending: Ending, words: str) -> Ending:
    if not words:
        return ending
    shown = words if len(words) <= MAX_SHOWN else words[:MAX_SHOWN] + "…"
    return ending.with_words(shown)


def _last(lines: Sequence[str]) -> str:
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
