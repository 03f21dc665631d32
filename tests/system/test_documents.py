"""The real program on a real screen: documents dragged out of another program, and the preview of each kind.

What is on the screen is read as a screen reader does, the marks from a screenshot. A fake engine stands for the model,
a fake xdg-open for the programs that open documents.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from core import settings as settings_file
from tests.builders.desktop import fake_program, is_shown, wait_until
from tests.builders.previewed_documents import KINDS, write_kinds
from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote
from tests.system.desktop_window import ROOT, Window
from tests.system.on_screen import Seen, seen_window
from tests.tools.accessible.tree import CHECKED

pytestmark = pytest.mark.slow

SOURCE = (1190, 800)  # where the other program's window is, beside ours
FAKES, OPENED = ROOT / "tests" / "fakes", "opened.txt"
VIEWS = {"page": "Page", "table": "Table", "formatted": "Formatted"}  # the switch that is on; text needs none
TITLES = {"notes.md": "Finding the way", "article.html": "On the shore"}  # the others are called by their names
DARK_PIXELS, MARKED_PIXELS = 5_000, 100  # at least, of the black square of the picture; of a marked word


def title(name: str) -> str:
    return TITLES.get(name, name)


def is_orange(red: int, green: int, blue: int) -> bool:
    """Whether a pixel has the colour of the current match, also on a page, where it is transparent."""
    return red > 200 and 130 < green < 200 and blue < 110


def count(picture: Image.Image, is_meant: Callable[[int, int, int], bool]) -> int:
    colours = picture.getcolors(picture.width * picture.height) or []
    return sum(number for number, (red, green, blue) in colours if is_meant(red, green, blue))


def is_first(seen: Seen, name: str) -> bool:
    """Whether a document is the first of those with the words of the query."""
    rows = seen.rows()
    return len(rows) > 1 and rows[0].startswith("Contain your words.") and rows[1].startswith(title(name))


def shows(seen: Seen, name: str, word: str, view: str) -> bool:
    """Whether the preview shows a document in the expected view, with the word marked."""
    nodes = seen.nodes()
    switched = [node.name for node in nodes if node.role == "check box" and node.has(CHECKED)]
    if title(name) not in [node.name for node in nodes if node.role == "label"]:
        return False
    if name.endswith(".png"):  # a picture without text
        return count(preview(seen), lambda red, green, blue: max(red, green, blue) < 30) > DARK_PIXELS
    texts = [node.text or node.name for node in nodes if node.role in {"text", "cell"} and node.name != "Search"]
    has_word = view == "page" or any(word in text for text in texts)
    is_marked = count(preview(seen), is_orange) > MARKED_PIXELS
    return has_word and is_marked and VIEWS.get(view, switched[0]) in switched


def preview(seen: Seen) -> Image.Image:
    """A picture of what is right of the results."""
    picture = subprocess.run(
        ["import", "-display", seen.window.display, "-window", "root", "png:-"], capture_output=True, check=True
    ).stdout
    left, _ = seen.place("check box", "Show or hide the preview (F9)")
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    return whole.crop((left - 330, 270, left + 90, 760))


@pytest.fixture
def kinds(tmp_path: Path) -> Path:
    return write_kinds(tmp_path / "Kinds")


@pytest.fixture
def seen(kinds: Path) -> Iterator[Seen]:
    library = kinds.parent / "library"
    library.mkdir()
    with fake() as engine:
        settings_file.save(remote(engine, wait_on_load=False), library / settings_file.SETTINGS_NAME)
        opener = kinds.parent / "bin" / "xdg-open"
        opener.parent.mkdir()
        shutil.copy(FAKES / "fake_xdg_open.sh", opener)
        variables = {"PATH": f"{opener.parent}:{os.environ['PATH']}", "FAKE_XDG_OPENED": str(kinds.parent / OPENED)}
        with seen_window(library, **variables) as seen:
            yield seen


@contextmanager
def dragged(window: Window, path: Path, to: tuple[int, int]) -> Iterator[None]:
    """Drag a file or folder from another program, which stays open, to a place on the screen."""
    at, options = ",".join(map(str, SOURCE)), {"DISPLAY": window.display, "QT_QPA_PLATFORM": "xcb"}
    with fake_program("fake_drag_source", str(path), "--at", at, **options) as source:
        wait_until(lambda: is_shown(window.display, "^Another program$"), "the other program shows its window")
        (other,) = window.do("search", "--onlyvisible", "--name", "^Another program$").split()
        window.do("mousemove", "--sync", "--window", other, "100", "40")
        window.do("mousedown", "1")
        window.do("mousemove", str(to[0]), str(to[1]))
        assert source.line() == {"dragging": True}
        window.do("mousemove", str(to[0] + 1), str(to[1]))
        assert source.line() == {"over": "copy"}
        window.do("mouseup", "1")
        assert source.line() == {"dropped": "copy"}
        yield


def drop_a_folder(seen: Seen, kinds: Path) -> None:
    asked: list[bool] = []

    def is_read() -> bool:
        if not asked and seen.window.has_focus("Add folder"):  # it took long to count it
            asked.append(True)
            seen.window.press("Return")
        return seen.window.all_is_read()

    with dragged(seen.window, kinds, (690, 500)):
        wait_until(is_read, "the documents are read")
    wait_until(lambda: any(row.endswith("/Kinds. 12 files") for row in seen.names("list item")), "it is listed")
    wait_until(lambda: "Everything is up to date" in seen.names("push button"), "everything can be found")


def show_each_kind_with_its_word_marked(seen: Seen) -> None:
    for name, (word, view) in KINDS.items():
        seen.search(word)
        wait_until(lambda: is_first(seen, name), f"{name} is found")  # noqa: B023
        seen.window.press("Down")
        wait_until(lambda: shows(seen, name, word, view), f"{name} is shown")  # noqa: B023


def show_what_has_the_words_before_what_is_only_near(seen: Seen) -> None:
    seen.search("lighthouse")
    wait_until(lambda: is_first(seen, "sheet.xlsx"), "the document with the word is first")
    words, hit, related, more = seen.rows_when(lambda rows: len(rows) == 4, "the list is complete")
    assert words == "Contain your words. 1"
    assert "found by words" in hit
    assert related == "Related by meaning. 10 less likely"
    assert more == "Show 10 related documents"
    seen.window.press("Down", "Down", "Return")
    less = "Show fewer documents"
    below = seen.rows_when(lambda rows: rows[-1:] == [less] != rows, "the related documents are shown")[:-1]
    assert below, "the list has gone on to its end"
    assert all("found by meaning" in row for row in below)


def use_it_all_by_keys(seen: Seen, opened: Path) -> None:
    keys = seen.window.press
    seen.search("harbour OR seagull")
    both = ["Contain your words. 2"]
    rows = seen.rows_when(lambda rows: rows[:1] == both and len(rows) > 2, "both documents are found")
    first, second = (row.partition(". ")[0] for row in rows[1:3])
    keys("Down", "Down")
    wait_until(lambda: seen.names("label")[:1] == [second], "the second document of the list is shown")
    keys("Up")
    wait_until(lambda: seen.names("label")[:1] == [first], "the first one is shown")
    keys("Return")
    wait_until(lambda: opened.exists() and opened.read_text(encoding="utf-8").endswith(f"/{first}\n"), "it is opened")
    keys("ctrl+f")
    seen.tab_to("push button", "Kind")
    keys("space")
    seen.window.wait_menu()
    keys("Down", "Return")
    wait_until(lambda: "type:" in seen.query(), "the kind is written into the query")
    seen.search("seagull")
    wait_until(lambda: is_first(seen, "diary.txt"), "the text is found")
    keys("Down")
    wait_until(lambda: seen.names("label")[:1] == ["diary.txt"], "it is shown")
    seen.tab_to("text", "Document text")
    keys("ctrl+f")
    wait_until(lambda: ("text", "Find in this document") in seen.focused(), "the keys go to the box of the preview")
    seen.window.write("bread")
    wait_until(lambda: "1 of 1" in seen.names("label"), "the word is found in the document")
    keys("Escape", "ctrl+comma")
    wait_until(lambda: seen.window.has_focus("Settings"), "the settings are open")
    keys("Escape")
    wait_until(lambda: seen.window.has_focus("Findling"), "the settings are closed")


def drop_a_document_on_the_search_box(seen: Seen, kinds: Path) -> None:
    novel = kinds / "novel.epub"
    with dragged(seen.window, novel, seen.place("text", "Search")):
        wait_until(lambda: seen.query() == f'like:"{novel}"', "documents like it are searched for")
    wait_until(lambda: seen.rows() and "novel.epub" not in "".join(seen.rows()), "others are found")


def test_from_a_dropped_folder_to_its_documents_on_the_screen(seen: Seen, kinds: Path) -> None:
    drop_a_folder(seen, kinds)
    show_each_kind_with_its_word_marked(seen)
    show_what_has_the_words_before_what_is_only_near(seen)
    use_it_all_by_keys(seen, kinds.parent / OPENED)
    drop_a_document_on_the_search_box(seen, kinds)
