from __future__ import annotations

import pytest

from core.errors import FileProblem
from core.extract import read_bytes


def rtf(body: str, head: str = r"\ansi\ansicpg1252") -> bytes:
    return ("{\\rtf1" + head + " " + body + "}").encode("latin-1")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"one\par two\line three\tab four", "one\n\ntwo\nthree\tfour"),
        (r"{\b bo}ld {\fonttbl{\f0 Times;}}{\*\unknown gone}{\pict 00ff}kept", "bold kept"),
        (r"gr\'fc\'dfe \{braces\} back\\slash no\~break", "grüße {braces} back\\slash no break"),
        (r"\u31199?\u25151? and {\uc2\u252xy}", "租房 and ü"),
        (r"\u-10179?\u-9175?", "\U0001f429"),
        (r"\trowd a\cell b\cell\row c\cell d\cell\row", "a\tb\nc\td"),
        (r"said \ldblquote yes\rdblquote\emdash or not", "said “yes”—or not"),
        (r"before {\field{\*\fldinst HYPERLINK x}{\fldrslt shown}} after", "before shown after"),
        ("a {\\bin5 {}{}}b", "a b"),
        (r"mid\*\cs7\i group stays", "midgroup stays"),
    ],
)
def test_text_and_special_characters(body: str, text: str) -> None:
    assert read_bytes(rtf(body), b"a.rtf").text == text


def test_the_font_decides_the_code_page() -> None:
    fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial CYR;}{\f2\fcharset134 SimSun;}}"
    russian = "".join(f"\\'{byte:02x}" for byte in "Сад".encode("cp1251"))
    chinese = "".join(f"\\'{byte:02x}" for byte in "租房".encode("gb18030"))
    assert read_bytes(rtf(fonts + rf"{{\f1 {russian}}} \f2 {chinese}\f0  end"), b"a.rtf").text == "Сад 租房 end"


def test_title_and_author() -> None:
    document = read_bytes(rtf(r"{\info{\title A plan}{\author Ann}{\company Gone}}text"), b"a.doc")
    assert (document.title, document.author, document.text) == ("A plan", "Ann", "text")


@pytest.mark.parametrize("body", ["}}}}text", "{" * 5000 + "text", r"\u99999999?text", r"\ansicpg77777 x", r"\bin9999"])
def test_damage_is_borne(body: str) -> None:
    assert "\0" not in read_bytes(rtf(body), b"a.rtf").text


def test_what_is_no_rtf_is_broken() -> None:
    with pytest.raises(FileProblem) as caught:
        read_bytes(b"plain words", b"a.rtf")
    assert caught.value.code == "broken"
