"""What lines of the real server's log mean (copied from one, paths shortened), and why it ended."""

from __future__ import annotations

import pytest

from core.engine.sglang.log import event_of, meaning

PHASES = [
    ("[2026-11-22 14:04:09] server_args={'model_path': '/m', 'api_key': '[key]'}", "SGLang is preparing.", None),
    ("[2026-11-22 14:05:32] Load weight begin. avail mem=19.34 GB", "The model is loading.", None),
    (
        "Multi-thread loading shards:  25% Completed | 1/4 [00:00<00:02, 1.31it/s]",
        "The model is loading (1 of 4).",
        0.25,
    ),
    (
        "Loading safetensors checkpoint shards:  50% Completed | 1/2 [00:01<00:01]",
        "The model is loading (1 of 2).",
        0.5,
    ),
    (
        "[2026-11-22 14:05:32] Load weight end. elapsed=0.15 s, type=Qwen3ForCausalLM, mem usage=-0.01 GB.",
        "Memory is being allocated.",
        None,
    ),
    (
        "[2026-11-22 14:05:33] max_total_num_tokens=4096, chunked_prefill_size=4096, context_len=512",
        "The engine is warming up.",
        None,
    ),
]


@pytest.mark.parametrize(("line", "sentence", "fraction"), PHASES)
def test_a_phase(line: str, sentence: str, fraction: float | None) -> None:
    event = event_of(line)
    assert event is not None
    assert (event["event"], event["sentence"], event.get("fraction")) == ("phase", sentence, fraction)


def test_ready_and_lines_that_tell_nothing() -> None:
    assert event_of("[2026-11-22 14:05:35] The server is fired up and ready to roll!") == {"event": "ready"}
    assert event_of("[2026-11-22 14:05:33] INFO:     Waiting for application startup.") is None
    assert event_of("") is None


# What a server says that is well, or goes on all the same.
HARMLESS = [
    "[2026-11-22 13:54:32] Ignore import error when loading sglang.srt.models.qwen3_5_mtp: no attribute 'fused'",
    "[2026-11-22 14:05:33] OpenAI Responses API disabled: (ModuleNotFoundError: No module named 'openai_harmony')",
    "[2026-11-22 14:04:09] Fail to set RLIMIT_NOFILE: current limit exceeds maximum limit",
    "awq.py:53: UserWarning: Only CUDA, HIP and XPU support AWQ currently.",
]
ENDS = [
    (2, "sglang serve: error: unrecognized arguments: --gpu-memory-utilization 0.8", "does not know an option", True),
    (1, "ModuleNotFoundError: No module named 'triton'", "installation is damaged", True),
    (
        1,
        "RuntimeError: No accelerator (CUDA, XPU, HPU, NPU, MUSA, MPS) or platform plugin is available.",
        "sees no NVIDIA card",
        True,
    ),
    (1, "OSError: Repo id must be in the form 'repo_name' or 'namespace/repo_name': '/m'.", "folder is damaged", True),
    (1, "OSError: We couldn't connect to 'https://huggingface.co' to load the files.", "folder is damaged", True),
    (
        1,
        "ValueError: --prefill-only-disable-kv-cache currently requires the FA prefill backend (fa3/fa4)",
        "requires a KV cache",
        False,
    ),
    (
        3,
        "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 31000): address already in use",
        "uses the engine's port",
        False,
    ),
    (127, "[Errno 2] No such file or directory: '/nowhere/sglang'", "cannot be started", True),
    (137, "safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata", "damaged", True),
    (137, "RuntimeError: Not enough memory. Please try to increase --mem-fraction-static.", "too little free", False),
    (
        137,
        "ValueError: Loaded weights leave no GPU memory for the KV cache under --mem-fraction-static=0.5.",
        "too little free",
        False,
    ),
    (-9, "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.", "too little free", False),
    (137, "RuntimeError: The NVIDIA driver on your system is too old (found version 12020).", "driver", True),
    (1, "RuntimeError: CUDA driver version is insufficient for CUDA runtime version", "driver", True),
]


@pytest.mark.parametrize(("code", "line", "sentence", "hopeless"), ENDS)
def test_an_end(code: int, line: str, sentence: str, hopeless: bool) -> None:
    lines = [*HARMLESS, "Traceback (most recent call last):", '  File "x.py", line 1', line, "", *HARMLESS]
    ending = meaning(code, lines)
    assert ending is not None
    assert sentence in ending.sentence
    assert line in ending.sentence
    assert ending.remedy
    assert ending.hopeless == hopeless
    assert ending.smaller == (sentence == "too little free")


@pytest.mark.parametrize(("code", "how"), [(137, "signal 9"), (-9, "signal 9"), (143, "signal 15"), (1, "code 1")])
def test_nothing_is_guessed_from_a_code(code: int, how: str) -> None:
    ending = meaning(code, HARMLESS)
    assert ending is not None
    assert how in ending.sentence
    assert (ending.smaller, ending.hopeless) == (False, False)
    assert meaning(None, HARMLESS) is None


def test_the_last_reason_counts_and_is_shown_in_part() -> None:
    ending = meaning(137, ["KeyError: 'a'", "RuntimeError: " + "x" * 5000])
    assert ending is not None
    assert "KeyError" not in ending.sentence
    assert len(ending.sentence) < 400
