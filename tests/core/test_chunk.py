"""Chunking: passages are ordered, within the limit, cover the text, and cross no boundary."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import tokenizers
from core.chunk import ChunkingConfig, chunk, chunking_config
from core.document import Document, Part, Passage, Unit
from core.models import MODELS
from core.settings import Settings

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


def uncovered(text: str, passages: tuple[Passage, ...]) -> str:
    """The text that is in no passage."""
    left = list(text)
    for passage in passages:
        left[passage.start : passage.end] = " " * (passage.end - passage.start)
    return "".join(left).strip()


def check_spans(text: str, passages: tuple[Passage, ...]) -> None:
    for number, passage in enumerate(passages):
        body = text[passage.start : passage.end]
        assert passage.ordinal == number
        assert 0 <= passage.start < passage.end <= len(text)
        assert body == body.strip() != ""
        assert passage.line == 1 + text.count("\n", 0, passage.start)
    for before, after in pairwise(passages):
        assert before.start < after.start
        assert before.end < after.end
    assert uncovered(text, passages) == ""


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


@pytest.mark.parametrize("model", ["english", "multilingual", "qwen3-0.6b"])
def test_the_chunking_config_of_the_settings_fits_the_model(model: str) -> None:
    model_spec = MODELS[model]
    tokenizer = tokenizers.load(model_spec)
    chunking = chunking_config(Settings(model=model, passage_tokens=100_000, overlap_tokens=100_000))  # type: ignore[arg-type]
    assert chunking.overlap_tokens * 4 <= chunking.max_tokens
    text = " ".join(f"word{n}" for n in range(5000))
    for passage in chunk(Document(text, "text"), chunking)[:3]:
        ids = tokenizer.encode(model_spec.passage_prefix + text[passage.start : passage.end], 100_000)
        assert len(ids) <= model_spec.token_limit


@pytest.mark.parametrize(("passage", "overlap"), [(0, 0), (-5, -5), (1, 50)])
def test_extreme_settings_still_give_a_config_that_terminates(passage: int, overlap: int) -> None:
    chunking = chunking_config(Settings(model="english", passage_tokens=passage, overlap_tokens=overlap))
    assert chunking.max_tokens == 16
    assert 0 <= chunking.overlap_tokens <= 4
    assert chunk(Document("A short text. " * 50, "text"), chunking)


def test_configs_with_the_same_passages_have_one_fingerprint() -> None:
    same = {ChunkingConfig("english", 128, 16).fingerprint, ChunkingConfig("english", 128, 16).fingerprint}
    other = {
        ChunkingConfig("english", 129, 16).fingerprint,
        ChunkingConfig("english", 128, 17).fingerprint,
        ChunkingConfig("multilingual", 128, 16).fingerprint,
    }
    assert len(same) == 1
    assert len(other | same) == 4
