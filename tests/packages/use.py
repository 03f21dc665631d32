"""What a person does with an installed Findling: index folders, find documents by command and in the window."""

from __future__ import annotations

import time
from pathlib import Path

from PIL import Image

from tests.builders.desktop import is_shown, press, tray_icon, wait_until
from tests.builders.documents import pdf_of, stream
from tests.builders.previewed_documents import KINDS, write_kinds
from tests.packages.root import Root
from tests.packages.screen import clipboard, has_focus, photograph, screen, type_text

DOCUMENTS = Path(__file__).resolve().parents[1] / "system" / "corpus"
QUESTIONS = {
    "when does the plane to Portugal leave": "lisbon-in-june.md",
    "was kostet die neue Heizung": "waermepumpe-angebot.txt",
    "奶奶什么时候去医院": "奶奶复诊.txt",
}
WORDS, ANSWER = "Hand luggage Lisbon", "lisbon-in-june.md"
PAGE, PAGE_WORD, PAGE_COLOUR = "page.pdf", "zymurgy", (255, 0, 255)
WINDOW, QUICK = "Findling", "^Findling quick search$"


def use(root: Root, pictures: Path, name: str) -> float:
    """Do it all; returns the seconds from the first command to the first hit by words."""
    folder = root.put(DOCUMENTS)
    start = time.monotonic()
    root.run("findling", "index", "--until", "words", folder, user=True)
    assert ANSWER in root.run("findling", "search", WORDS, user=True).stdout
    seconds = time.monotonic() - start
    kinds = root.put(write_documents(pictures / f"kinds-{name}"))
    root.run("findling", "index", folder, kinds, user=True)
    for question, answer in QUESTIONS.items():
        assert answer in root.run("findling", "search", question, user=True).stdout, question
    for kind, (word, _) in KINDS.items():
        assert kind in root.run("findling", "search", word, user=True).stdout, kind
    window(root, pictures / f"{name}.png")
    return seconds


def write_documents(folder: Path) -> Path:
    """Write a document of each kind, and a PDF whose page has a colour that nothing else has; returns the folder."""
    write_kinds(folder)
    drawn = f"1 0 1 rg 0 0 612 600 re f 0 g BT /F1 24 Tf 72 700 Td ({PAGE_WORD}) Tj ET"
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
    )
    pages = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(drawn.encode())]
    (folder / PAGE).write_bytes(pdf_of(pages))
    return folder


def window(root: Root, picture: Path) -> None:
    """Find a document in the window, see a page and the tray icon, open the quick search."""
    with screen(root.folder / "tmp") as display, root.running("findling", DISPLAY=display):
        wait_until(lambda: has_focus(display, WINDOW), "the window shows")
        wait_until(lambda: tray_icon(display, "Findling") is not None, "the icon is in the tray")
        type_text(display, WORDS)
        wait_until(lambda: copied_path(display).endswith(ANSWER), "the document is the first result")
        photograph(display, picture)
        press(display, "ctrl+a")
        type_text(display, PAGE_WORD)
        wait_until(lambda: copied_path(display).endswith(PAGE), "the document with a page is the first result")
        wait_until(lambda: shows_page(display, picture.with_stem(f"{picture.stem}-page")), "the page is drawn")
        root.run("findling", "toggle", user=True, DISPLAY=display)
        wait_until(lambda: is_shown(display, QUICK), "the quick search shows")
        photograph(display, picture.with_stem(f"{picture.stem}-quick"))
        root.run("findling", "quit", user=True, DISPLAY=display)
        wait_until(lambda: not is_shown(display, f"^{WINDOW}$"), "the window is gone")


def shows_page(display: str, picture: Path) -> bool:
    """Whether the screen has the colour of the page."""
    photograph(display, picture)
    with Image.open(picture) as shown:
        colours = shown.convert("RGB").getcolors(maxcolors=shown.width * shown.height)
    return any(count > 1000 and colour == PAGE_COLOUR for count, colour in colours or [])


def copied_path(display: str) -> str:
    """The path of the first result, copied by keys."""
    press(display, "Down")
    press(display, "ctrl+shift+c")
    text = clipboard(display)
    press(display, "ctrl+f")
    return text
