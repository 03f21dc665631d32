"""Makes resources/models/*/background.npy of the built-in models: python packaging/models/make_background.py

The vectors of passages on everything and nothing: those of background.txt, written for this, one a line, and what
languages.json says in 29 languages. How near a question is to them is how near it is to anything.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from core.engine.builtin import onnx_model  # noqa: E402
from core.models import MODELS  # noqa: E402

SENTENCES = 4  # of a language in one passage


def passages() -> list[str]:
    """The texts, about two hundred."""
    texts = (HERE / "background.txt").read_text(encoding="utf-8").splitlines()
    languages: dict[str, list[str]] = json.loads((HERE / "languages.json").read_text(encoding="utf-8"))
    for said in languages.values():
        texts += [" ".join(said[start : start + SENTENCES]) for start in range(0, len(said), SENTENCES)]
    return texts


def main() -> None:
    for spec in MODELS.values():
        if not spec.background:
            continue
        model = onnx_model.load(spec, lambda _part, _done: None)
        vectors = np.array([model.embed(model.encode(spec.passage_prefix + text)) for text in passages()])
        target = ROOT / "resources" / "models" / spec.background
        np.save(target, vectors.astype("<f2"))
        print(f"{target}: {len(vectors)} vectors, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
