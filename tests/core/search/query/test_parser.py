"""The query parser: how texts are parsed, that no text is refused, and that the canonical form parses to itself."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.search.query import Filter, Group, Not, Or, Phrase, Term, like_text, parse
from core.search.query.ast import Node
from core.search.query.sanitize import sanitize

PIECES = (
    *'-=~()"“”„«»「」|:.?! \t', "OR", " OR ", "or", "type:", "type:pdf", "ext:md,txt", "in:", "date:", "date:today",
    "size:>1mb", "foo:bar", "harbour", "well-known", "图书馆", "ฤดู", "حجر", "1.5", '"two words"', "=word", "~idea",
    "-not", "-(", "?", "：", "\u200b", "é", "\x00", "\ud83d", "\udce9",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=24).map("".join) | st.text()


@given(texts)
def test_nothing_is_refused_and_what_is_printed_reads_the_same(text: str) -> None:
    query = parse(text)
    again = parse(str(query))
    assert again.parts == query.parts, str(query)
    assert str(again) == str(query)
    assert (again.words, again.meaning) == (query.words, query.meaning) or query.is_plain


@given(texts)
def test_spans_are_where_the_parts_are(text: str) -> None:
    end = 0
    for part in parse(text).parts:
        start, stop = part.span
        assert end <= start < stop <= len(text)
        assert not text[start].isspace()
        end = stop


@given(texts)
def test_a_part_can_be_taken_away(text: str) -> None:
    query = parse(text)
    for part in query.operators:
        assert len(query.without(part)) < len(text)


@given(st.lists(st.from_regex(r"[a-zäé图書0-9]+([-.,'][a-z0-9]+)?", fullmatch=True), max_size=8).map(" ".join))
def test_plain_words_are_searched_as_typed(text: str) -> None:
    query = parse(text)
    assert query.is_plain
    assert query.words == query.meaning == text
    assert query.operators == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("lease berlin", [Term("lease"), Term("berlin")]),
        ('"annual report" budget', [Phrase("annual report"), Term("budget")]),
        ("“annual report”", [Phrase("annual report")]),
        ("„Miete und Strom“ 2023", [Phrase("Miete und Strom"), Term("2023")]),
        ("«bail à loyer»", [Phrase("bail à loyer")]),
        ("»Mietvertrag«", [Phrase("Mietvertrag")]),
        ("「図書館 規則」東京", [Phrase("図書館 規則"), Term("東京")]),
        ("什么是“一带一路”政策", [Term("什么是"), Phrase("一带一路"), Term("政策")]),
        ('"left open', [Phrase("left open")]),
        ('""', [Term('""')]),
        ('a 5" pipe', [Term("a"), Term('5"'), Term("pipe")]),
        ("-draft", [Not(Term("draft"))]),
        ('-"old draft"', [Not(Phrase("old draft"))]),
        ("well-known e-mail -x-ray", [Term("well-known"), Term("e-mail"), Not(Term("x-ray"))]),
        ("valley -7,5 -.25", [Term("valley"), Term("-7,5"), Term("-.25")]),
        ("grep -v cc -O2 -std=c99", [Term("grep"), Term("-v"), Term("cc"), Term("-O2"), Term("-std=c99")]),
        ('report -"2019" (a -4)', [Term("report"), Not(Phrase("2019")), Group((Term("a"), Term("-4")))]),
        ("a - b -- --c", [Term("a"), Term("-"), Term("b"), Term("--"), Term("--c")]),
        ("=invoice ~fired", [Term("invoice", "words"), Term("fired", "meaning")]),
        ('~"being fired" =(a b)', [Phrase("being fired", "meaning"), Group((Term("a", "words"), Term("b", "words")))]),
        ("~20 euros =", [Term("~20"), Term("euros"), Term("=")]),
        ("cats OR dogs food", [Or((Term("cats"), Term("dogs"))), Term("food")]),
        ("a OR b OR c", [Or((Term("a"), Term("b"), Term("c")))]),
        ("OR a OR", [Term("OR"), Term("a"), Term("OR")]),
        ("this or that", [Term("this"), Term("or"), Term("that")]),
        ("RED OR BLUE", [Or((Term("RED"), Term("BLUE")))]),
        ("NEW TALKS OR A MEETING SOON", [Term(word) for word in ["NEW", "TALKS", "OR", "A", "MEETING", "SOON"]]),
        ("(lease OR rent) berlin", [Group((Or((Term("lease"), Term("rent"))),)), Term("berlin")]),
        ("-(draft old", [Not(Group((Term("draft"), Term("old"))))]),
        ("f(x) (a", [Term("f(x)"), Group((Term("a"),))]),
        ("() a)", [Term("()"), Term("a)")]),
        ("type:pdf OR type:mail", [Or((Filter("type", "pdf"), Filter("type", "mail")))]),
        ("TYPE:pdf kind:mails", [Filter("type", "pdf"), Filter("type", "mails")]),
        ("type：pdf", [Filter("type", "pdf")]),
        ("-path:old in:~/Documents", [Not(Filter("path", "old")), Filter("in", "~/Documents")]),
        ('in:"My Documents" x', [Filter("in", "My Documents"), Term("x")]),
        ('date:"last 30 days"', [Filter("date", "last 30 days")]),
        ("size:>10mb", [Filter("size", ">10mb")]),
        ("before:2024 after:march-2023", [Filter("before", "2024"), Filter("after", "march-2023")]),
        ("foo:bar http://x.y type:zebra date:someday size:big type:", [
            Term("foo:bar"), Term("http://x.y"), Term("type:zebra"), Term("date:someday"), Term("size:big"),
            Term("type:"),
        ]),
    ],
)  # fmt: skip
def test_how_a_text_is_read(text: str, parts: list[Node]) -> None:
    assert list(parse(text).parts) == parts


@pytest.mark.parametrize(
    "text",
    [
        'What does "gram-negative" mean?',
        "Welche Gruppen leiten, neben Privatpersonen und -organisationen, Schulen?",
        "thrust vector control by fluid injection -dash papers .",
        "什么是“一带一路”？",
        "The aims of the analysis system (MEDLARS), and how it operates.",
        'according to the review which college has ranked as a "dream college" in the year of 2013',
    ],
)
def test_a_whole_sentence_is_text(text: str) -> None:
    query = parse(text)
    assert query.is_plain
    assert query.words == query.meaning == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('"The lease ends in June."', [Phrase("The lease ends in June.")]),
        ('~"The lease ends in June. Does it?"', [Phrase("The lease ends in June. Does it?", "meaning")]),
        ('="What is it?" type:pdf', [Phrase("What is it?", "words"), Filter("type", "pdf")]),
        ('"Is it?" type:pdf', [Phrase("Is it?"), Filter("type", "pdf")]),
    ],
)
def test_quotes_that_are_surely_meant_hold_a_sentence(text: str, parts: list[Node]) -> None:
    assert list(parse(text).parts) == parts


@given(texts | st.text(min_size=300))
def test_any_text_can_be_what_others_should_be_like(text: str) -> None:
    query = parse(like_text(text))
    # A text without a letter leaves no words, and punctuation alone is searched for nowhere.
    assert query.words in {"", sanitize(query.text)} or not any(map(str.isalnum, text))
    if any(char.isalnum() for char in text[:100]):
        assert query.parts == (Phrase(query.meaning, "meaning"),)
        assert len(query.meaning) <= 2000
        assert parse(like_text(query.meaning)) == query


def test_only_a_long_text_without_operators_is_a_pasted_one() -> None:
    long = "The lease of the flat ends in June, and nobody knows who lives there then. " * 6
    assert parse(long).is_pasted
    assert parse("租赁合同于三月底到期，租客须提前三个月以书面形式通知房东。" * 20).is_pasted
    assert not parse(long[:200]).is_pasted
    assert not parse(f"{long} type:pdf").is_pasted
    assert not parse(like_text(long)).is_pasted


def test_a_field_counts_in_a_sentence_too() -> None:
    query = parse('What is a "lease"? type:pdf OR type:mail -in:old')
    alternatives = Or((Filter("type", "pdf"), Filter("type", "mail")))
    assert query.operators == (alternatives, Not(Filter("in", "old")))
    assert query.words == query.meaning == 'What is a "lease"?'


def test_the_text_for_each_retriever() -> None:
    query = parse('budget =invoice ~overdue "annual report" -draft type:pdf (a OR ~"b c")')
    assert query.words == "budget invoice annual report a"
    assert query.meaning == "budget overdue annual report a b c"
    assert query.phrases == (Phrase("annual report"),)
    assert not query.is_plain


def test_a_part_is_cut_out_of_the_text() -> None:
    query = parse("lease  type:pdf  berlin -draft")
    first, second = query.operators
    assert query.without(first) == "lease berlin -draft"
    assert query.without(second) == "lease  type:pdf  berlin"


@pytest.mark.parametrize(
    ("text", "ends_in_prefix"),
    [
        ("harb", True),
        ("harb ", False),
        ('"harb', True),
        ('"harb"', False),
        ('"harb ', False),
        ("type:pdf", False),
        ("", False),
    ],
)
def test_only_a_word_at_the_end_or_an_open_phrase_can_be_unfinished(text: str, ends_in_prefix: bool) -> None:
    assert parse(text).ends_in_prefix is ends_in_prefix


def test_a_lone_surrogate_is_replaced_in_place() -> None:
    query = parse("lease \ud83d berlin")
    assert (query.words, query.meaning) == ("lease \ufffd berlin",) * 2
    assert query.parts == (Term("lease"), Term("\ufffd"), Term("berlin"))
    query = parse('caf\udce9 "\ud800 a" -\ud800 author:\ud800x')
    assert list(query.parts) == [Term("caf\ufffd"), Phrase("\ufffd a"), Term("-\ufffd"), Filter("author", "\ufffdx")]
    assert query.without(query.operators[0]) == "caf\udce9 -\ud800 author:\ud800x"


def test_a_path_keeps_the_bytes_that_are_no_text() -> None:
    assert parse("in:/caf\udce9").parts == (Filter("in", "/caf\udce9"),)
    assert parse("-in:/\ud800x").parts == (Not(Filter("in", "/\ufffdx")),)


@given(texts)
def test_every_text_of_a_query_can_be_encoded(text: str) -> None:
    query = parse(text)
    for part_text in (query.words, query.meaning, *(phrase.text for phrase in query.phrases)):
        part_text.encode()
    os.fsencode(str(query))


def test_brackets_without_end_do_no_harm() -> None:
    assert parse("(" * 5000 + "a").words
    assert parse("-(" * 5000).parts
