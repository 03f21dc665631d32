"""Chunking any text: passages are ordered, within the limit, cover the text, and cross no boundary."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import tokenizers
from core.chunk import ChunkingConfig, chunk
from core.document import Document, Part, Unit
from core.models import MODELS
from tests.core.chunk.spans import check_spans

pytestmark = pytest.mark.slow

PIECES = st.one_of(
    st.sampled_from(
        [
            "The harbour", "is", "closed", "in winter.", "Why?", "(It said: “never”.)", "e.g. 3.14,",
            "antidisestablishment",
            "\n", "\n\n", "\n \t\n", "\n- ", "\n# Title\n", "   ", "\t", "\x0c", "\u00a0", "\u3000",
            "港は冬の間閉鎖されます。", "船は来ない！", "图书馆在冬天关闭",
            "「終わり。」", "ท่าเรือปิดในฤดูหนาว", "도서관은 겨울에 닫는다.",
            "👩‍👩‍👧‍👦", "🇩🇪", "e\u0301", "مكتبة؟", "पुस्तकालय।", "x" * 130, "a1b2c3" * 80, "https://example.org/a?b=c#d",
            "\ufffd", "\u200b",
        ]
    ),
    st.text(max_size=12),
)  # fmt: skip
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from(["", " ", " "])), max_size=60).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)
UNITS: list[Unit] = ["page", "slide", "sheet", "chapter"]


@st.composite
def chunking_configs(draw: st.DrawFn) -> ChunkingConfig:
    limit = draw(st.integers(16, 80))
    return ChunkingConfig(
        draw(st.sampled_from(["english", "multilingual", "qwen3-0.6b"])), limit, draw(st.integers(0, limit // 4))
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A text with parts in order, some of them with a gap between."""
    text = draw(TEXTS)
    offsets = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    unit = draw(st.sampled_from(UNITS))
    spans = [span for span in pairwise(offsets) if draw(st.booleans())]
    return Document(text, "other", parts=tuple(Part(a, b, unit, n) for n, (a, b) in enumerate(spans, start=1)))


@settings(max_examples=150, deadline=None)
@given(documents(), chunking_configs())
def test_passages_are_ordered_inside_the_text_and_cover_it(document: Document, chunking: ChunkingConfig) -> None:
    check_spans(document.text, chunk(document, chunking))


@settings(max_examples=250, deadline=None)
@given(documents(), chunking_configs())
def test_no_passage_is_over_the_limit(document: Document, chunking: ChunkingConfig) -> None:
    tokenizer = tokenizers.load(MODELS[chunking.model])
    for passage in chunk(document, chunking):
        assert tokenizer.count(document.text[passage.start : passage.end]) <= chunking.max_tokens
        assert passage.tokens <= chunking.max_tokens


@settings(max_examples=150, deadline=None)
@given(documents(), chunking_configs())
def test_what_two_passages_share_is_no_longer_than_the_overlap(document: Document, chunking: ChunkingConfig) -> None:
    tokenizer = tokenizers.load(MODELS[chunking.model])
    for before, after in pairwise(chunk(document, chunking)):
        if after.start < before.end:
            assert tokenizer.count(document.text[after.start : before.end]) <= chunking.overlap_tokens


@settings(max_examples=150, deadline=None)
@given(documents(), chunking_configs())
def test_no_passage_reaches_over_the_border_of_what_stands_alone(document: Document, chunking: ChunkingConfig) -> None:
    for passage in chunk(document, chunking):
        for part in document.parts:
            if part.unit != "page":
                inside = part.start <= passage.start and passage.end <= part.end
                outside = passage.end <= part.start or part.end <= passage.start
                assert inside or outside
                if inside:
                    assert passage.page == part.number


@settings(max_examples=60, deadline=None)
@given(documents(), chunking_configs())
def test_a_passage_bears_the_number_of_the_part_it_starts_in(document: Document, chunking: ChunkingConfig) -> None:
    for passage in chunk(document, chunking):
        inside = [part.number for part in document.parts if part.start <= passage.start < part.end]
        if inside:
            assert passage.page in inside
        if not document.parts:
            assert passage.page is None
