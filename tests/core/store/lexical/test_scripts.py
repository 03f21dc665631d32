"""Queries in many scripts, with the passages that each finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.store.lexical.combine import boolean_query
from core.store.lexical.index import LexicalIndex
from core.store.lexical.query import LexicalQueries

TEXTS = {
    "zh": "图书馆在冬天关闭，但是书店开放。",
    "zh-hant": "臺北市立圖書館冬季休館。",
    "ja": "港は冬の間、閉鎖されます。図書館の会議室を予約した。",
    "ja-kana": "ﾊｰﾄﾞﾃﾞｨｽｸとソフトウェアの保証書",
    "ko": "도서관은 겨울에 문을 닫는다. 회의실은 예약해야 합니다.",
    "th": "ท่าเรือปิดในฤดูหนาว ห้องสมุดเปิดทุกวัน",
    "lo": "ຫໍສະໝຸດປິດໃນລະດູໜາວ",
    "km": "បណ្ណាល័យបិទនៅរដូវរងា",
    "mixed": "用Python3写的GPU程序，版本2026.4.10发布",
    "hi": "हिन्दी की किताबें पुस्तकालय में हैं",
    "ar": "المكتبة مغلقة في الشتاء. قرأتُ الكِتابَ",
    "he": "הספרייה סגורה בחורף",
    "el": "Η βιβλιοθήκη κλείνει τον χειμώνα",
    "ru": "Библиотека закрыта зимой, ёлка стоит у двери и это не всё",
    "de": "Die Häuser in der Straße sind für den Winter nicht geschlossen und die Bücher bleiben.",
    "fr": "Les clés de la cave sont chez la voisine, elle n’est pas là pour la déclaration.",
    "es": "Las acciones de la empresa son para los socios y no se venden en la nación.",
    "en": "The harbour master keeps running costs low; contact anna.mueller@example.org about it.",
    "version": "Released in version 2026.4.10 of the tool, after 10 weeks and 4 attempts in 2026.",
    "numbers": "In 2026 there were 10 boats and 4 cars.",
    "code": "def getUserName(self): return self.user_name_field or http.client.HTTPResponse()",
    "words": "The user may change a name in the field of the client.",
    "typo": "The accommodation is near the aerodrome.",
}
NUMBERS = dict(enumerate(TEXTS, start=1))

# A query, and all passages that it finds.
WORDS = [
    ("图书", {"zh", "zh-hant", "ja"}), ("圖書", {"zh", "zh-hant", "ja"}),
    ("書", {"zh", "zh-hant", "ja", "ja-kana"}), ("冬", {"zh", "zh-hant", "ja"}),
    ("冬天", {"zh"}), ("书店", {"zh"}), ("书图", set()), ("会議", {"ja"}), ("の", {"ja", "ja-kana"}),
    ("ハード", {"ja-kana"}), ("ﾊｰﾄﾞ", {"ja-kana"}), ("ソフト", {"ja-kana"}),
    ("겨울", {"ko"}), ("도서관", {"ko"}), ("도서관에서", {"ko"}), ("문", {"ko"}), ("회의실", {"ko"}),
    ("ห้องสมุด", {"th"}), ("ปิด", {"th"}), ("ฤดูหนาว", {"th"}), ("ฤ", {"th"}),
    ("ປິດ", {"lo"}), ("ລະດູໜາວ", {"lo"}), ("បិទ", {"km"}), ("រដូវ", {"km"}),
    ("GPU程序", {"mixed"}), ("gpu", {"mixed"}), ("python3", {"mixed"}), ("程序", {"mixed"}), ("用", {"mixed"}),
    ("हिन्दी", {"hi"}), ("किताबें", {"hi"}), ("الكتاب", {"ar"}), ("مكتبة", {"ar"}), ("סגורה", {"he"}),
    ("χειμωνα", {"el"}), ("ΧΕΙΜΏΝΑ", {"el"}), ("елка", {"ru"}), ("библиотеки", {"ru"}),
    ("haus strasse", {"de"}), ("Häuser", {"de"}), ("hauser", {"de"}), ("buch", {"de"}), ("cle", {"fr"}),
    ("declarations", {"fr"}), ("acción", {"es"}), ("naciones", {"es"}), ("run", {"en"}), ("costs", {"en"}),
    ("anna.mueller@example.org", {"en"}), ("mueller", {"en"}), ("example", {"en"}),
    ("getUserName", {"code", "words"}), ("getusername", {"code"}), ("HTTPResponse", {"code"}), ("response", {"code"}),
    ("acomodation", {"typo"}), ("aerodrone", {"typo"}), ("harbuor", {"en"}), ("xyzzyx", set()), ("boots", {"numbers"}),
]  # fmt: skip

# A phrase, and all passages that contain it.
PHRASES = [
    ("图书馆", {"zh", "zh-hant", "ja"}), ("圖書館冬季", {"zh-hant"}),
    ("书馆在", {"zh"}), ("馆书", set()), ("在冬天关闭", {"zh"}), ("開館", set()),
    ("冬", {"zh", "zh-hant", "ja"}),
    ("会議室", {"ja"}), ("議会", set()), ("冬の間", {"ja"}), ("ハードディスク", {"ja-kana"}),
    ("ディスクとソフト", {"ja-kana"}),
    ("겨울에 문을", {"ko"}), ("회의실은", {"ko"}), ("문을 겨울에", set()), ("ห้องสมุดเปิด", {"th"}), ("ปิดในฤดู", {"th"}),
    ("เปิดห้องสมุด", set()), ("写的GPU程序", {"mixed"}), ("版本2026.4.10", {"mixed"}), ("2026.4.10", {"mixed", "version"}),
    ("running costs", {"en"}), ("run cost", set()), ("costs running", set()), ("user_name", {"code"}),
    ("http.client", {"code"}), ("des clefs", set()), ("les cles de la", {"fr"}), ("keeps RUNNING", {"en"}),
    ("hauser in der strasse", {"de"}), ("anna.mueller@example.org", {"en"}), ("", set()), ("?", set()),
]  # fmt: skip

# Included and excluded terms.
NOT = [
    ("冬", "图书", set()), ("書", "保", {"zh", "zh-hant", "ja"}), ("冬", "図書館の", {"zh", "zh-hant"}),
    ("도서관 회의실", "겨울", set()), ("ห้องสมุด", "ท่าเรือ", set()), ("user", "field", set()),
    ("2026", "2026.4.10", {"numbers"}), ("gpu", "冬", {"mixed"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LexicalQueries]:
    index = LexicalIndex(tmp_path_factory.mktemp("cases") / "words", writable=True)
    for number, name in NUMBERS.items():
        index.add(number, "", [(number, TEXTS[name])], number=number)
    index.commit()
    yield index.queries()
    index.close()


def matching_names(queries: LexicalQueries, query: object) -> list[str]:
    return [] if query is None else [NUMBERS[number] for number, _ in queries.top_hits(query, 50)]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words(queries: LexicalQueries, text: str, expected: set[str]) -> None:
    assert set(matching_names(queries, queries.any_term(text))) == expected


@pytest.mark.parametrize(("text", "expected"), PHRASES)
def test_phrases(queries: LexicalQueries, text: str, expected: set[str]) -> None:
    assert set(matching_names(queries, queries.phrase(text))) == expected


@pytest.mark.parametrize(("included", "excluded", "expected"), NOT)
def test_not(queries: LexicalQueries, included: str, excluded: str, expected: set[str]) -> None:
    query = boolean_query(any_of=[queries.any_term(included)], none_of=[queries.phrase(excluded)])
    assert set(matching_names(queries, query)) == expected


def test_only_what_is_unwanted_leaves_all_the_rest(queries: LexicalQueries) -> None:
    assert len(matching_names(queries, boolean_query(none_of=[queries.phrase("冬")]))) == len(TEXTS) - 3


def test_all_of_several(queries: LexicalQueries) -> None:
    both = boolean_query(all_of=[queries.phrase("冬"), queries.phrase("館")])
    assert set(matching_names(queries, both)) == {"zh", "zh-hant", "ja"}


@pytest.mark.parametrize(
    ("text", "first"),
    [("2026.4.10", "version"), ("get user name", "code"), ("user name field", "words"), ("http.client", "code")],
)
def test_what_is_written_as_one_comes_first(queries: LexicalQueries, text: str, first: str) -> None:
    found = matching_names(queries, queries.any_term(text))
    assert first in found[:2]


def test_a_word_being_typed_stands_for_those_that_begin_with_it(queries: LexicalQueries) -> None:
    for text, expected in (
        ("harb", {"en"}),
        ("accom", {"typo"}),
        ("getUse", {"code"}),
        ("биб", {"ru"}),
        ("büch", {"de"}),
    ):
        assert set(matching_names(queries, queries.any_term(text, complete=True))) >= expected
