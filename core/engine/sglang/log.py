"""What SGLang's log says: how far a start is, and what it means that the server ended."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.engine.supervisor.backend import Ending
from core.engine.supervisor.child import Event

LOADING = "The model is being loaded."
ALLOCATING = "Memory is being set aside for its work."
WARMING = "The engine is being warmed up."

READY = "The server is fired up and ready to roll"
WORKS = "Prefill batch"
SHARDS = re.compile(r"shards:.*?\|\s*(\d+)/(\d+) ")
PHASES = (
    ("server_args=", "SGLang is being prepared."),
    ("Load weight begin", LOADING),
    ("Load weight end", ALLOCATING),
    ("max_total_num_tokens=", WARMING),
)

UNKNOWN_FLAG, NO_PORT, CANNOT_START = 2, 3, 127
SIGNALLED = 128  # plus the signal: how the guard tells of one
MOST_SHOWN = 300  # characters of what the server said

# An error's own line stands at the margin; a warning that names one does not.
SAID = re.compile(
    r"^(?:\w+\.)*\w*(?:Error|Exception|Interrupt)(?:: |$)|^sglang serve: error: |out of memory|\[Errno \d+\]"
)

CARD = "Close other programs that use the card, give the engine less to do at a time, or choose a smaller model."
LOOK = "Look into the engine's log."
INSTALL_AGAIN = "Repair it in the engine's panel, or choose another SGLang in the settings."
NO_GPU = Ending(
    "SGLang sees no NVIDIA card.",
    "Check that the card's driver runs (nvidia-smi lists the card), and which card is chosen in the settings.",
    hopeless=True,
)
DRIVER = Ending("The driver of the graphics card is too old for SGLang.", "Install a newer one.", hopeless=True)
MEMORY = Ending("The card has too little free memory for the model and its batches.", CARD, smaller=True)
FLAG = Ending(
    "This SGLang does not know an option that Findling gives it.",
    "Use the version that Findling installs, or one that is as new.",
    hopeless=True,
)
PORT = Ending("Another program took the engine's port.", "It is tried on another one; try again if it stays so.")
MODEL = Ending(
    "The model's folder is damaged or not complete.",
    "Have it checked or downloaded again in the engine's panel, or choose another folder.",
    hopeless=True,
)
NOT_EMBEDDING = Ending(
    "The chosen folder holds a model that does not make vectors.", "Choose a Qwen3-Embedding model.", hopeless=True
)
BROKEN_INSTALL = Ending("SGLang's installation is damaged or not complete.", INSTALL_AGAIN, hopeless=True)
NO_PROGRAM = Ending("SGLang cannot be started.", INSTALL_AGAIN, hopeless=True)
BACKEND = Ending("This card cannot do without a cache of keys and values.", CARD)

# The first that is found in what the server said is the reason; its own words are shown behind it.
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
    """What a line tells of a start, in the embedded engine's words; None if nothing."""
    if READY in line:
        return {"event": "ready"}
    if shards := SHARDS.search(line):
        done, total = int(shards[1]), int(shards[2])
        return {"event": "phase", "sentence": f"{LOADING[:-1]} ({done} of {total}).", "fraction": done / max(1, total)}
    for words, sentence in PHASES:
        if words in line:
            return {"event": "phase", "sentence": sentence}
    return None


def meaning(code: int | None, lines: Sequence[str]) -> Ending | None:
    """What the end means: by the server's own words first, as 137 is its code for any trouble inside.

    `code` is the exit code, or minus a signal; without one it only does not answer, and None says that no words tell.
    """
    said = [line.strip() for line in lines if SAID.search(line)]
    for pattern, ending in REASONS:
        for line in reversed(said):
            if pattern.search(line):
                return _with(ending, line)
    if code is None:
        return None
    last = said[-1] if said else ""
    by_code = {UNKNOWN_FLAG: FLAG, NO_PORT: PORT, CANNOT_START: NO_PROGRAM}
    if code in by_code:
        return _with(by_code[code], last or _last(lines))
    how = f"code {code}" if 0 <= code < SIGNALLED else f"signal {abs(code) % SIGNALLED}"
    return _with(Ending(f"The engine ended by itself ({how}).", LOOK), last)


def _with(ending: Ending, words: str) -> Ending:
    if not words:
        return ending
    shown = words if len(words) <= MOST_SHOWN else words[:MOST_SHOWN] + "…"
    return Ending(f"{ending.sentence} It says: {shown}", ending.remedy, ending.hopeless, ending.smaller)


def _last(lines: Sequence[str]) -> str:
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
