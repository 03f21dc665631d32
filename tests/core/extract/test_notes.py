"""Notes, chats, property lists, links, articles and references, as other programs keep or export them."""

from __future__ import annotations

import json
import plistlib
from datetime import datetime

import pytest

from core.errors import FileProblem
from core.extract import Limits, read_bytes

NOTE = (
    '<note><title>{0}</title><content><![CDATA[<?xml version="1.0"?><!DOCTYPE en-note SYSTEM "x"><en-note><div>{1}'
    "</div></en-note>]]></content><created>20240506T100000Z</created><tag>sailing</tag>"
    "<note-attributes><author>Ann Keeper</author></note-attributes></note>"
)
KEEP = {
    "title": "Harbour", "textContent": "The lamp is lit.", "isTrashed": False, "labels": [{"name": "coast"}],
    "listContent": [{"text": "oil", "isChecked": True}, {"text": "wick", "isChecked": False}, "broken"],
    "userEditedTimestampUsec": 1714989600000000, "sharees": [{"email": "bob@example.org"}],
}  # fmt: skip
JOPLIN = "# Tides\n\nHigh at six.\n\nid: 0123456789abcdef0123456789abcdef\nparent_id: \ncreated_time: 2024\ntype_: 1"
CHAT = "{0}, 10:00 - Messages are encrypted.\n{0}, 10:00 - Bob: Are you there?\n{1}, 11:30 - Ann Keeper: Since six.\n"
ARTICLE = (
    '<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS" "x.dtd"><article article-type="research"><front>'
    "<article-meta><title-group><article-title>Tides of <italic>Zostera</italic></article-title></title-group>"
    "<contrib-group><contrib><name><surname>Keeper</surname><given-names>Ann</given-names></name></contrib>"
    "</contrib-group><pub-date><day>6</day><month>5</month><year>2024</year></pub-date>"
    "<abstract><p>Grass moves.</p></abstract></article-meta></front><body><sec><title>Methods</title>"
    "<p>We <bold>measured</bold> it.</p></sec></body>"
    "<back><ref-list><ref>Low, B. 1999.</ref></ref-list></back></article>"
)
RIS = "TY  - JOUR\nTI  - Tides of grass\nAU  - Keeper, Ann\nAU  - Low, Bob\nDA  - 2024/05/06\nER  - \n"


def test_each_note_of_an_evernote_export_is_a_part() -> None:
    data = f"<?xml version='1.0'?><!DOCTYPE en-export SYSTEM 'x'><en-export>{NOTE}{NOTE}</en-export>"
    found = read_bytes(data.format("Lamp", "Trim the wick.").encode(), b"all.enex")
    assert found.text == "Lamp\n\nsailing\n\nTrim the wick.\n\nLamp\n\nsailing\n\nTrim the wick."
    assert [(part.number, part.label) for part in found.parts] == [(1, "Lamp"), (2, "Lamp")]
    cut = read_bytes(data.encode(), b"a.enex", limits=Limits(max_pages=1))
    assert (len(cut.parts), cut.notes) == (1, ("truncated",))


def test_a_single_note_has_its_title_author_and_day() -> None:
    data = f"<en-export>{NOTE}</en-export>".format("Trimming", "Twice a day.").encode()
    found = read_bytes(data, b"unnamed.xml")
    assert (found.title, found.author, found.own_date) == ("Trimming", "Ann Keeper", "2024-05-06")


def test_a_note_of_google_keep() -> None:
    found = read_bytes(json.dumps(KEEP).encode(), b"Harbour.json")
    assert found.text == "Harbour\n\nThe lamp is lit.\n\n☑ oil\n☐ wick\n\ncoast\n\nbob@example.org"
    assert (found.title, found.own_date) == ("Harbour", "2024-05-06")
    assert read_bytes(b'{"textContent": ', b"a.json").kind == "code"  # cut short: as any other JSON


def test_a_canvas() -> None:
    nodes = [{"text": "Sketch of the lamp"}, {"file": "notes/lamp.md"}, {"url": "https://example.org"}, 7]
    data = json.dumps({"nodes": nodes, "edges": [{"label": "leads to"}]}).encode()
    found = read_bytes(data, b"plan.canvas")
    assert found.text.split("\n\n") == ["Sketch of the lamp", "notes/lamp.md", "https://example.org", "leads to"]
    assert read_bytes(b"not JSON", b"a.canvas").text == "not JSON"


def test_the_properties_of_a_note_of_joplin_are_left_out() -> None:
    assert read_bytes(JOPLIN.encode(), b"a.md").text == "# Tides\n\nHigh at six."
    assert read_bytes(b"id: x\ntype_: 1", b"a.md").text == "id: x\ntype_: 1"


@pytest.mark.parametrize(
    ("first", "last", "day"),
    [
        ("29/04/2024", "06/05/2024", "2024-05-06"), ("4/29/24", "5/6/24", "2024-05-06"),
        ("2024-04-29", "2024-05-06", "2024-05-06"), ("05/04/2024", "06/05/2024", ""),
    ],
)  # fmt: skip
def test_a_chat_has_its_people_and_its_last_day(first: str, last: str, day: str) -> None:
    found = read_bytes(CHAT.format(first, last).encode(), b"WhatsApp Chat with Bob.txt")
    assert (found.author, found.own_date) == ("Bob, Ann Keeper", day)
    assert "Since six." in found.text


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_a_property_list(form: plistlib.PlistFormat) -> None:
    value = {"Title": "Lamp", "Keys": ["oil", 7], "When": datetime(2024, 5, 6), "Data": b"\0\1"}  # noqa: DTZ001
    for name in (b"a.plist", b"unnamed"):
        lines = read_bytes(plistlib.dumps(value, fmt=form), name).text.split("\n")
        assert sorted(lines) == ["Keys: 7", "Keys: oil", "Title: Lamp", "When: 2024-05-06 00:00:00"]


def test_a_list_that_holds_itself_a_billion_times_is_cut() -> None:
    value: list[object] = ["x"]
    for _ in range(40):
        value = [value, value]
    bomb = read_bytes(plistlib.dumps(value, fmt=plistlib.FMT_BINARY), b"a.plist")
    assert "truncated" in bomb.notes


@pytest.mark.parametrize("data", [b"bplist00" + b"\xff" * 40, b"bplist00", b"bplist00" + b"\0" * 31 + b"\x08"])
def test_a_damaged_property_list_is_refused(data: bytes) -> None:
    with pytest.raises(FileProblem, match="broken"):
        read_bytes(data, b"a.plist")


def test_links_lead_to_their_addresses() -> None:
    address = "https://example.org/lamp"
    for form in (plistlib.FMT_XML, plistlib.FMT_BINARY):
        assert read_bytes(plistlib.dumps({"URL": address}, fmt=form), b"Lamp.webloc").text == address
    assert read_bytes(f"[InternetShortcut]\r\nURL={address}\r\n".encode(), b"Lamp.url").text == address


@pytest.mark.parametrize("name", [b"a.nxml", b"a.xml", b"unnamed"])
def test_an_article_has_sections_authors_and_its_day(name: bytes) -> None:
    found = read_bytes(ARTICLE.encode(), name)
    assert (found.title, found.author, found.own_date) == ("Tides of Zostera", "Ann Keeper", "2024-05-06")
    assert [found.text[part.start : part.end] for part in found.parts] == [
        "Tides of Zostera\n\nAnn Keeper\n\nGrass moves.", "Methods\nWe measured it.", "Low, B. 1999.",
    ]  # fmt: skip
    assert found.parts[1].label == "Methods"


def test_references() -> None:
    found = read_bytes(RIS.encode(), b"a.ris")
    assert (found.title, found.author, found.own_date) == ("Tides of grass", "Keeper, Ann, Low, Bob", "2024-05-06")
    assert read_bytes((RIS + RIS).encode(), b"a.ris").title == ""
    medline = b"PMID- 1\nTI  - Tides of\n      long grass\nFAU - Keeper, Ann\nDP  - 2024 May 6\n"
    assert read_bytes(medline, b"a.nbib").title == "Tides of long grass"
