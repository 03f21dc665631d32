"""Snippets: one line, whole sentences where they fit, the query's words marked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.search.present.highlighter import Highlighter
from core.search.present.snippet import MAX_SNIPPET_CHARS, Snippet, snippet
from core.store.lexical import analyzers

PIECES = st.one_of(
    st.sampled_from(
        ["The harbour", "is closed.", "Why?", "(“never”.)", "e.g.", ". ", "...", "\n", "\n\n", " \t ",
         "\x0c", "- item\n",
         "港は冬の間閉鎖されます。", "图书馆", "、", "「終わり。」", "ท่าเรือปิด", "도서관은 닫는다.",
         "👩‍👩‍👧‍👦", "e\u0301", "مكتبة مغلقة؟", "पुस्तकालय।",
         "x" * 400, "word " * 70, "\u200f", "\u3000", "—", ")", "’s"]
    ),
    st.text(max_size=10),
)  # fmt: skip
PASSAGES = st.lists(PIECES, max_size=25).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda gap: gap.join(pieces))
)
QUERIES = st.sampled_from(
    ["harbour closed", "图书", "冬", "مكتبة", "도서", "e\u0301", "never", "nowhere", "", "word x"]
)


def of(passage: str, query: str) -> Snippet:
    return snippet(passage, Highlighter(analyzers.query_terms(query), ("english",)))


def marked(excerpt: Snippet) -> list[str]:
    return [excerpt.text[start:end] for start, end in excerpt.marks]


@settings(max_examples=400, deadline=None)
@given(PASSAGES, QUERIES)
def test_a_snippet_of_anything_is_one_short_line_with_marks_inside(passage: str, query: str) -> None:
    excerpt = of(passage, query)
    assert len(excerpt.text) <= MAX_SNIPPET_CHARS + 2
    assert len(excerpt.text.splitlines()) <= 1
    assert excerpt.text == excerpt.text.strip()
    assert bool(excerpt.text) == bool(passage.strip())
    assert 0 <= excerpt.start <= len(passage)
    before = 0
    for start, end in excerpt.marks:
        assert before <= start < end <= len(excerpt.text)
        assert excerpt.text[start:end].strip() != ""
        before = end


@settings(max_examples=200, deadline=None)
@given(PASSAGES, QUERIES)
def test_a_snippet_is_of_the_passage_at_its_offset(passage: str, query: str) -> None:
    excerpt = of(passage, query)
    shown = excerpt.text.removeprefix("… ").removesuffix("…")
    assert " ".join(passage[excerpt.start :].split()).startswith(shown.strip())


@settings(max_examples=200, deadline=None)
@given(PASSAGES, QUERIES)
def test_a_snippet_begins_with_no_stray_punctuation(passage: str, query: str) -> None:
    shown = of(passage, query).text.removeprefix("… ")
    if any(character.isalnum() for character in shown):
        assert shown[0] not in "。、！？"
        assert not shown.startswith((". ", ", ", "; ", ": ", "! ", "? ", "… ", ") ", "” ", "’ "))


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        (". Seriously, though: the harbour is closed.", "Seriously, though: the harbour is closed."),
        ("... and so the harbour closed.", "and so the harbour closed."),
        (") of the harbour, see page 4.", "of the harbour, see page 4."),
        (", which the harbour is.", "which the harbour is."),
        ("。港は閉鎖されます。", "港は閉鎖されます。"),
        ("“The harbour” is a play.", "“The harbour” is a play."),
        ("(The harbour is closed.)", "(The harbour is closed.)"),
        ("¿Está cerrado el harbour?", "¿Está cerrado el harbour?"),
        ("- harbour\n- winter", "- harbour - winter"),
        ("$5 for the harbour.", "$5 for the harbour."),
        (".NET in the harbour", ".NET in the harbour"),
        ("...", "..."),
    ],
)
def test_a_snippet_does_not_begin_with_what_ended_the_sentence_before(passage: str, expected: str) -> None:
    excerpt = of(passage, "harbour")
    assert excerpt.text == expected
    assert passage[excerpt.start :].startswith(expected[:2])
    for word in marked(excerpt):
        assert word == "harbour"


def test_the_sentence_with_most_of_the_query_is_in_it() -> None:
    filler = "Nothing is said here that anybody would ever look for. " * 12
    passage = f"{filler}The harbour is closed in winter. {filler}"
    excerpt = of(passage, "closed harbours")
    assert marked(excerpt) == ["harbour", "closed"]
    assert excerpt.text.startswith("The harbour is closed in winter. Nothing")
    assert excerpt.text.endswith("look for.")
    assert passage[excerpt.start :].startswith("The harbour")


def test_a_snippet_has_the_start_of_its_best_sentence_even_with_others_before_it() -> None:
    excerpt = of("The last line of a page.\n\nThe harbour is closed. Nothing more.", "harbour")
    assert excerpt.text.startswith("The last line of a page. The harbour")
    assert (excerpt.start, excerpt.best) == (0, 26)


def test_sentences_before_fill_what_is_left_at_the_end() -> None:
    passage = "First sentence. Second sentence. The harbour is closed."
    excerpt = of(passage, "harbour")
    assert excerpt.text == passage
    assert excerpt.start == 0


def test_without_any_match_it_is_the_beginning() -> None:
    passage = "One thing. " * 60
    excerpt = of(passage, "harbour")
    assert excerpt.text.startswith("One thing. One")
    assert excerpt.text.endswith("thing.")
    assert excerpt.marks == ()


def test_a_sentence_that_is_too_long_begins_a_little_before_the_match() -> None:
    passage = "word " * 200 + "harbour " + "word " * 200
    excerpt = of(passage, "harbour")
    assert excerpt.text.startswith("… word")
    assert excerpt.text.endswith("word…")
    assert marked(excerpt) == ["harbour"]
    assert excerpt.text.index("harbour") < MAX_SNIPPET_CHARS // 2


def test_the_first_match_of_a_long_sentence_is_the_one_to_begin_before() -> None:
    passage = "word harbour " + "word " * 150 + "harbour " + "word " * 100
    excerpt = of(passage, "harbour")
    assert excerpt.text.startswith("word harbour word")
    assert excerpt.start == 0


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    passage = "湾" * 500 + "港湾" + "湾" * 500
    excerpt = of(passage, "港")
    assert len(excerpt.text) <= MAX_SNIPPET_CHARS + 2
    assert "港" in "".join(marked(excerpt))


def test_sentences_end_in_every_script() -> None:
    cases = {
        "图书馆在冬天关闭。" + "别的事情不重要" * 50 + "。": "图书馆在冬天关闭。",
        "هل المكتبة مغلقة؟ " + "كلمة أخرى " * 60 + ".": "هل المكتبة مغلقة؟",
        "पुस्तकालय बंद है। " + "कुछ और " * 60 + "।": "पुस्तकालय बंद है।",
    }
    for passage, expected in cases.items():
        assert of(passage, expected[:8]).text == expected


def test_marks_are_right_in_right_to_left_text() -> None:
    excerpt = of("هل المكتبة مغلقة في الشتاء؟", "مغلقة الشتاء")
    assert marked(excerpt) == ["مغلقة", "الشتاء"]


def test_marks_in_unspaced_scripts_are_the_matched_runs() -> None:
    assert marked(of("图书馆在冬天关闭。", "图书馆 冬天")) == ["图书馆", "冬天"]
    assert marked(of("图书馆在冬天关闭。", "冬")) == ["冬"]
    assert marked(of("도서관은 겨울에 닫는다.", "도서관")) == ["도서관"]
    assert marked(of("ﾊｰﾄﾞ disk", "disk")) == ["disk"]


def test_marks_follow_stems_and_accents() -> None:
    assert marked(of("Running boats, a café and Cafés run.", "run boat cafe")) == [
        "Running",
        "boats",
        "café",
        "Cafés",
        "run",
    ]


@pytest.mark.parametrize("passage", ["", " \n\t ", "\u3000"])
def test_white_space_has_no_snippet(passage: str) -> None:
    assert of(passage, "harbour") == Snippet("", (), 0, 0)


@pytest.mark.parametrize(
    ("passage", "query", "found"),
    [
        ("Two CAFÉS, a cafe\u0301 and a Café.", "cafe", ["CAFÉS", "cafe\u0301", "Café"]),
        ("Ёлка или елка; ΆΛΦΑ, άλφα.", "елка αλφα", ["Ёлка", "елка", "ΆΛΦΑ", "άλφα"]),
        ("किताब, किताबें और घर", "किताब", ["किताब"]),
        ("ISTANBUL, İstanbul, istanbul", "istanbul", ["ISTANBUL", "İstanbul", "istanbul"]),
        ("東京Berlin東京 und überBerlin", "berlin", ["Berlin"]),
        ("foo_bar and bar_foo", "bar", ["bar", "bar"]),
        ("यह है।घर और घर", "घर", ["घर", "घर"]),
        ("5 µm and 7 μm, one Ångstrom", "µm angstrom", ["µm", "μm", "Ångstrom"]),
        ("ΑΣ, ας", "ας", ["ΑΣ", "ας"]),
        ("ＢＥＲＬＩＮ, Berlin", "berlin", ["ＢＥＲＬＩＮ", "Berlin"]),
    ],
)
def test_words_are_marked_however_they_are_written(passage: str, query: str, found: list[str]) -> None:
    assert marked(of(passage, query)) == found


@pytest.mark.parametrize(
    ("passage", "query", "has_all_terms"),
    [
        ("The harbour is closed.", "closed harbour", True),
        ("The harbour is open.", "closed harbour", False),
        ("We use iPhone cases.", "iPhone cases", True),
        ("A phone in its case.", "iPhone cases", False),
        ("A call of getUserName here.", "getUserName", True),
        ("A party in the garden.", "art party", False),
        ("A carpet.", "car carpet", False),
        ("Two reports.", "report reports", True),
        ("He ran in shoes while running.", "run running shoes", True),
        ("港は冬の間閉鎖されます。", "冬の間", True),
        ("港は冬に閉鎖されます。", "冬の間", False),
        ("Anything.", "", False),
    ],
)
def test_whether_a_passage_has_every_word_of_a_query(passage: str, query: str, has_all_terms: bool) -> None:
    highlighter = Highlighter(analyzers.query_terms(query), ("english",))
    assert highlighter.has_all_terms(snippet(passage, highlighter).matched) is has_all_terms
