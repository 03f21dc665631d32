from __future__ import annotations

import pytest

from core.extract import read_bytes
from core.extract.html import parse


def text_of(markup: str) -> str:
    return parse(markup).text


def test_blocks_are_kept_apart_and_inline_elements_are_not() -> None:
    page = "<h1>Head</h1><p>one\n  <b>bo</b>ld <a href=x>link</a>.<p>two<br>three<ul><li>a<li>b</ul>"
    assert text_of(page) == "Head\n\none bold link.\n\ntwo\nthree\n\na\nb"


def test_a_row_of_a_table_is_one_line() -> None:
    page = "<table><tr><th>Name</th><th>Sum</th></tr><tr><td><p>Ann</p></td><td>3</td></tr></table>"
    assert text_of(page).splitlines()[0] == "Name\tSum"
    assert text_of(page).splitlines()[1] == "Ann\t3"


def test_preformatted_text_keeps_its_lines_and_indents() -> None:
    assert (
        text_of("<p>see</p><pre>def f():\n    return <b>1</b>\n</pre><p>end</p>")
        == "see\n\ndef f():\n    return 1\n\nend"
    )


def test_scripts_styles_and_navigation_are_dropped() -> None:
    text = "The body of the page says something about gardens. " * 5
    page = f"<script>var x</script><style>p{{}}</style><nav><a>Home</a></nav><p>{text}</p><template>no</template>"
    assert text_of(page) == text.strip()


def test_a_page_of_nothing_but_navigation_keeps_it() -> None:
    assert "Chapter 1" in text_of("<nav><a>Chapter 1</a><a>Chapter 2</a></nav><p>x</p>")


def test_elements_closed_where_they_open_do_not_swallow_the_rest() -> None:
    page = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="a.js"/></head>'
        '<body><p><a id="x"/>first <br/> line</p><p>last</p></body></html>'
    )
    assert text_of(page) == "first\nline\n\nlast"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>A garden\n book</title>", "A garden book"),
        ("<title>Untitled</title>", "The heading"),
        ("", "The heading"),
    ],
)
def test_title(head: str, title: str) -> None:
    page = f"<html><head>{head}<meta name=author content='Ann B.'></head><body><h1>The heading</h1><p>x</body></html>"
    document = read_bytes(page.encode(), b"a.html")
    assert (document.title, document.author, document.kind) == (title, "Ann B.", "web")


def test_a_legacy_encoding_declared_in_the_page() -> None:
    page = "<html><head><meta http-equiv=Content-Type content='text/html; charset=gb2312'></head><body>租房合同</body>"
    assert read_bytes(page.encode("gb18030"), b"a.htm").text == "租房合同"


def test_marks_of_our_own_in_a_page_do_no_harm() -> None:
    assert text_of("<p>a\x01b\x02c\x04d\x05e</p>") == "abcde"


def test_an_empty_page_has_no_text() -> None:
    assert read_bytes(b"<html><head></head><body></body></html>", b"a.html").notes == ("no_text",)


def test_the_second_reader_needs_no_structure() -> None:
    deep = "<div>" * 50_000 + "at the b&ouml;<b>tt</b>om" + "</div>" * 50_000
    page = f"<html><title>Deep</title><script>no()</script>{deep}</html>"
    document = read_bytes(page.encode(), b"a.html", attempt=2)
    assert (document.text, document.title) == ("Deep\nat the böttom", "Deep")


def test_a_page_inside_a_page_is_read() -> None:
    page = (
        '<p>one</p><iframe srcdoc="&lt;p&gt;The &lt;b&gt;foghorn&lt;/b&gt;&lt;/p&gt;"></iframe><iframe src=x></iframe>'
    )
    assert text_of(page) == "one\n\nThe foghorn"
