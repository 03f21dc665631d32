"""Chunking: sentences and paragraphs stay whole where they fit, slides stand alone, white space is no passage."""

from __future__ import annotations

from itertools import pairwise

import pytest

from core import tokenizers
from core.chunk import ChunkingConfig, chunk
from core.document import Document, Part
from core.models import MODELS
from tests.core.chunk.spans import check_spans


@pytest.mark.parametrize("text", ["", " ", "\n\n\t \x0c\u3000\n", "\u00a0" * 5000])
@pytest.mark.parametrize("model", ["english", "multilingual", "qwen3-0.6b"])
def test_white_space_alone_makes_no_passage(text: str, model: str) -> None:
    assert chunk(Document(text, "text"), ChunkingConfig(model, 64, 8)) == ()


@pytest.mark.parametrize(
    "text",
    ["x" * 100_000, "a1b2" * 25_000, "图书馆在冬天关闭" * 12_500, "ท่าเรือปิดในฤดูหนาว" * 5_000,
     "👩‍👩‍👧‍👦" * 14_000, "=" * 100_000],
    ids=["one letter", "letters and digits", "chinese", "thai", "emoji", "line drawn"],
)  # fmt: skip
@pytest.mark.parametrize("model", ["english", "multilingual", "qwen3-0.6b"])
def test_a_long_text_without_spaces_is_split_under_the_limit(text: str, model: str) -> None:
    chunking = ChunkingConfig(model, 128, 16)
    tokenizer = tokenizers.load(MODELS[model])
    passages = chunk(Document(text, "text"), chunking)
    check_spans(text, passages)
    assert max(tokenizer.count(text[p.start : p.end]) for p in passages) <= chunking.max_tokens


@pytest.mark.parametrize("blank", [" ", "\n", "\n\n", " \n \t"])
def test_much_white_space_is_passed_over_in_one_go(blank: str) -> None:
    text = "first" + blank * 50_000 + "last"
    passages = chunk(Document(text, "text"), ChunkingConfig("english", 32, 4))
    check_spans(text, passages)
    assert len(passages) <= 2


def test_sentences_stay_whole_where_they_fit() -> None:
    sentences = [f"Number {n} of the sentences says that the harbour is closed." for n in range(40)]
    text = " ".join(sentences)
    passages = chunk(Document(text, "text"), ChunkingConfig("english", 64, 16))
    assert len(passages) > 5
    for passage in passages:
        body = text[passage.start : passage.end]
        assert body.startswith("Number")
        assert body.endswith("closed.")


def test_the_overlap_repeats_the_last_sentences() -> None:
    text = " ".join(f"Sentence {n} is short." for n in range(60))
    with_overlap = chunk(Document(text, "text"), ChunkingConfig("english", 40, 10))
    without = chunk(Document(text, "text"), ChunkingConfig("english", 40, 0))
    assert all(after.start < before.end for before, after in pairwise(with_overlap))
    assert all(after.start >= before.end for before, after in pairwise(without))


def test_a_passage_ends_with_a_paragraph_rather_than_inside_the_next() -> None:
    first = " ".join(f"Sentence {n} of the first." for n in range(8))
    second = " ".join(f"Sentence {n} of the second." for n in range(8))
    text = f"{first}\n\n{second}"
    tokens = tokenizers.load(MODELS["english"]).count(first)
    passages = chunk(Document(text, "text"), ChunkingConfig("english", tokens + 10, 0))
    assert text[passages[0].start : passages[0].end] == first


def test_a_passage_is_not_ended_with_a_paragraph_if_little_would_be_left() -> None:
    sentence = "word " * 44 + "end."
    text = f"Short start.\n\n{sentence} {sentence}"
    passages = chunk(Document(text, "text"), ChunkingConfig("english", 60, 0))
    assert [text[p.start : p.end] for p in passages] == [f"Short start.\n\n{sentence}", sentence]


def test_a_small_sentence_before_a_large_one_is_a_passage() -> None:
    """The overlap alone, given back to end with a paragraph, would be a passage inside the one before."""
    lead = " ".join(f"Sentence {n}." for n in range(30))
    text = f"{lead}\n\nSmall. {'huge ' * 79}end."
    passages = chunk(Document(text, "text"), ChunkingConfig("english", 90, 22))
    check_spans(text, passages)


def test_text_runs_on_from_page_to_page() -> None:
    text = "The sentence begins here\x0cand ends on the next page. Then comes another."
    border = text.index("\x0c") + 1
    parts = (Part(0, border, "page", 7), Part(border, len(text), "page", 8))
    (passage,) = chunk(Document(text, "pdf", parts=parts), ChunkingConfig("english", 64, 8))
    assert (passage.start, passage.end, passage.page) == (0, len(text), 7)


def test_slides_stand_alone_and_so_does_what_is_between_them() -> None:
    text = "Intro. Slide one. Gap. Slide two. End."
    one, two = text.index("Slide one."), text.index("Slide two.")
    parts = (Part(one, one + 10, "slide", 1), Part(two, two + 10, "slide", 2))
    passages = chunk(Document(text, "presentation", parts=parts), ChunkingConfig("english", 64, 8))
    assert [text[p.start : p.end] for p in passages] == ["Intro.", "Slide one.", "Gap.", "Slide two.", "End."]
    assert [p.page for p in passages] == [1, 1, 1, 2, 2]
