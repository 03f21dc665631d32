"""Makes resources/models/multilingual/languages.npy from languages.json: python packaging/models/make_languages.py

The same ten questions and titles in 29 languages; what tells their vectors apart in the mean is the language alone.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from core.engine.builtin import onnx_model  # noqa: E402
from core.models import MULTILINGUAL  # noqa: E402

DIRECTIONS = 12
# The mean of all questions is what they share, and what passages have that are near to any question.
SHARED = 0.2


def directions(means: NDArray[np.float32]) -> NDArray[np.float32]:
    """[1 + DIRECTIONS, dimension] from the mean vectors of languages, [languages, dimension]."""
    middle = means.mean(axis=0)
    _, _, rows = np.linalg.svd(means - middle, full_matrices=False)
    found: NDArray[np.float32] = np.concatenate([SHARED * middle[None], rows[:DIRECTIONS]]).astype(np.float32)
    return found


def means_of_languages() -> NDArray[np.float32]:
    """The mean vector of what is asked in each language, [languages, dimension]."""
    said: dict[str, list[str]] = json.loads((HERE / "languages.json").read_text(encoding="utf-8"))
    model = onnx_model.load(MULTILINGUAL, lambda _part, _done: None)
    return np.array(
        [
            np.mean([model.embed(model.encode(MULTILINGUAL.query_prefix + text)) for text in texts], axis=0)
            for texts in said.values()
        ],
        np.float32,
    )


def main() -> None:
    target = ROOT / "resources" / "models" / MULTILINGUAL.language_axes
    np.save(target, directions(means_of_languages()))
    print(f"{target}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
