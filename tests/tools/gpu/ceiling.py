"""Tokens a second of a model in PyTorch alone: runs in any environment with torch and transformers.

python ceiling.py FOLDER
"""

from __future__ import annotations

import sys
import time

import torch
from transformers import AutoModel

TEXTS, LENGTH, ROUNDS = 16, 512, 20


def main() -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    kind = torch.bfloat16 if device == "cuda" else torch.float32
    model = AutoModel.from_pretrained(sys.argv[1], dtype=kind).to(device).eval()
    ids = torch.randint(0, model.config.vocab_size, (TEXTS, min(LENGTH, model.config.max_position_embeddings)))
    ids = ids.to(device)
    with torch.no_grad():
        model(input_ids=ids, use_cache=False)
        _wait(device)
        start = time.perf_counter()
        for _ in range(ROUNDS):
            model(input_ids=ids, use_cache=False)
        _wait(device)
    seconds = time.perf_counter() - start
    tokens, texts = ids.numel() * ROUNDS / seconds, TEXTS * ROUNDS / seconds
    print(f"PyTorch alone on {device}: {tokens:.0f} tokens/s, {texts:.1f} texts/s")


def _wait(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


if __name__ == "__main__":
    main()
