"""Makes resources/models/qwen3/merges.xz from the vocabulary that all of Qwen's models share.

pip download --no-deps dashscope==2.0.2, unpack the wheel into FOLDER
python packaging/models/make_qwen3_vocabulary.py FOLDER
"""

from __future__ import annotations

import base64
import hashlib
import lzma
import sys
from itertools import pairwise
from pathlib import Path

INSIDE = "dashscope/resources/qwen.tiktoken"
SHA256 = "b2b1b8dfb5cc5f024bafc373121c6aba3f66f9a5a0269e243470a1de16a33186"
TARGET = Path(__file__).resolve().parent.parent.parent / "resources" / "models" / "qwen3" / "merges.xz"


def halves(token: bytes, ranks: dict[bytes, int]) -> tuple[int, int]:
    """The two tokens of which this one is made, by joining what comes first in the list until two are left."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        at = min(range(len(parts) - 1), key=lambda at: ranks.get(parts[at] + parts[at + 1], len(ranks)))
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return ranks[parts[0]], ranks[parts[1]]


def main() -> None:
    data = (Path(sys.argv[1]) / INSIDE).read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        sys.exit("This is another vocabulary than the one that was checked.")
    ranks = {base64.b64decode(token): int(rank) for token, rank in map(bytes.split, data.splitlines())}
    tokens = sorted(ranks, key=ranks.__getitem__)
    assert all(len(token) == 1 for token in tokens[:256])
    assert all(ranks[second] == ranks[first] + 1 for first, second in pairwise(tokens))
    pairs = [halves(token, ranks) for token in tokens[256:]]
    columns = b"".join(number.to_bytes(3, "little") for column in zip(*pairs, strict=True) for number in column)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(lzma.compress(columns, preset=9 | lzma.PRESET_EXTREME))
    print(f"{TARGET}: {len(tokens)} tokens, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
