"""Queries in scripts with few or no spaces: one character, two, mixed, negations and phrases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.search.query import parse
from tests.core.search.test_searcher import SearchableLibrary

TEXTS = {
    "zh": "图书馆在冬天关闭。GPU程序用Python3写成。",
    "zh-shop": "书店在夏天开放。我们用电脑。",
    "ja": "港は冬の間、閉鎖されます。ExcelでPDFを作る。",
    "ja-room": "図書館の会議室を予約した。夏の海。",
    "ko": "도서관은 겨울에 문을 닫는다. PDF파일을 보낸다.",
    "ko-room": "회의실은 여름에 연다. 책을 읽는다. 창문도 있다.",
    "th": "ห้องสมุดปิดในฤดูหนาว ใช้โปรแกรมExcel2016ทำงาน",
    "th-shop": "ร้านหนังสือเปิดในฤดูร้อน",
}

BOTH = {"th", "th-shop"}

# The query, the documents that it finds by name and words, and the text marked in the first of them.
CASES = [
    # One character
    ("冬", {"zh", "ja"}, ""), ("店", {"zh-shop"}, "店"), ("海", {"ja-room"}, "海"), ("の", {"ja", "ja-room"}, "の"),
    ("문", {"ko", "ko-room"}, "문"), ("책", {"ko-room"}, "책"), ("ฤ", BOTH, "ฤ"), ("ร", BOTH, "ร"),
    # Two
    ("冬天", {"zh"}, "冬天"), ("书店", {"zh-shop"}, "书店"), ("天冬", set(), ""), ("会議", {"ja-room"}, "会議"),
    ("閉鎖", {"ja"}, "閉鎖"), ("겨울", {"ko"}, "겨울"), ("여름", {"ko-room"}, "여름"), ("ฤด", BOTH, "ฤด"),
    ("ปิ", BOTH, "ปิ"),
    # Mixed with Latin letters and digits
    ("GPU程序", {"zh"}, "GPU程序"), ("python3", {"zh"}, "Python3"), ("PDFを", {"ja", "ja-room", "ko"}, "PDFを"),
    ("Excelで", {"ja"}, "Excelで"), ("PDF파일", {"ko", "ja"}, "PDF파일"), ("excel2016", {"th"}, "Excel2016"),
    ("Excel2016ทำงาน", BOTH, "Excel2016ทำงาน"),
    # NOT
    ("冬 -图书馆", {"ja"}, "冬"), ("在 -“夏天开放”", {"zh"}, "在"), ("の -会議室", {"ja"}, "の"),
    ("冬 -閉鎖", {"zh"}, "冬"), ("문 -겨울", {"ko-room"}, "문"), ("문 -회의실", {"ko"}, "문"),
    ("ฤดู -ร้านหนังสือ", {"th"}, "ฤดู"), ("ฤดู -หนาว", {"th-shop"}, "ฤดู"),
    # Phrases
    ('"冬天关闭"', {"zh"}, "冬天关闭"), ("「关闭冬天」", set(), ""), ("「冬の間」", {"ja"}, "冬の間"),
    ('"間の冬"', set(), ""),
    ('"겨울에 문을"', {"ko"}, "겨울에 문을"), ('"문을 겨울에"', set(), ""), ('"ฤดูในปิด"', set(), ""),
    ('"ปิดในฤดูหนาว"', {"th"}, "ปิดในฤดูหนาว"), ('"程序用Python3"', {"zh"}, "程序用Python3"),
    ('"Excel2016ทำงาน"', {"th"}, "Excel2016ทำงาน"),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableLibrary]:
    library = SearchableLibrary(tmp_path_factory.mktemp("scripts"))
    for name, text in TEXTS.items():
        library.add_document(f"/made/{name}.txt", text)
    yield library
    library.close()


@pytest.mark.parametrize(("text", "expected", "marked"), CASES, ids=[case[0] for case in CASES])
def test_what_is_typed(library: SearchableLibrary, text: str, expected: set[str], marked: str) -> None:
    hits = library.searcher.search(parse(text), None, limit=20)
    assert {Path(hit.path).stem for hit in hits} == expected
    if marked:
        places = {place for start, end in hits[0].marks for place in range(start, end)}
        shown = enumerate(hits[0].snippet)
        assert marked in "".join(char if at in places or char.isspace() else "|" for at, char in shown)


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("ใช้โปรแกรมทำงาน", "ทำ", "ทำ"),
        ("ทำ ทำ", "ทำ", "ทำทำ"),
        ("ﾊｰﾄﾞﾃﾞｨｽｸ", "ハード", "ﾊｰﾄﾞ"),
        ("ﾊｰﾄﾞﾃﾞｨｽｸ", "ディスク", "ﾃﾞｨｽｸ"),
        ("ຄຳເວົ້າ", "ຄຳ", "ຄຳ"),
    ],
)
def test_text_indexed_as_other_characters_is_marked_in_place(
    tmp_path: Path, text: str, query: str, marked: str
) -> None:
    library = SearchableLibrary(tmp_path)
    library.add_document("/made/a.txt", f"x {text} y")
    (hit,) = library.searcher.search(parse(query), None, limit=5)
    library.close()
    places = sorted({place for start, end in hit.marks for place in range(start, end)})
    assert "".join(hit.snippet[place] for place in places) == marked
