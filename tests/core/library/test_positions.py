"""A hit of every kind is opened at its place, and its passage is there: page, slide, sheet, chapter, message, line.

What is at a place is read from the file itself by another way than Findling's readers, from the copy of a document
that is inside a file.
"""

from __future__ import annotations

import csv
import email
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import policy
from pathlib import Path

import pypdf
import pytest

from core.document import Hit, HitPassage
from core.library import Library
from core.settings import Settings
from tests.builders import documents
from tests.builders.archives import tar, zipped
from tests.builders.mailboxes import attach, letter, mailbox_of
from tests.builders.previewed_documents import workbook

pytestmark = pytest.mark.slow

SETTINGS = Settings(model="english", engine="remote", remote_url="http://127.0.0.1:9/v1", read_archives=True)
FILLER = "The keeper writes down the wind and the height of the water in the log of the tower. "


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word is: the document below the folder, its part as a hit names it, and what reads that part."""

    word: str
    path: str
    unit: str | None
    number_or_label: int | str | None
    read: Callable[[bytes, HitPassage], str]


def pdf_page(data: bytes, passage: HitPassage) -> str:
    return pypdf.PdfReader(io.BytesIO(data)).pages[(passage.page or 0) - 1].extract_text()


def slide(data: bytes, passage: HitPassage) -> str:
    content = zipfile.ZipFile(io.BytesIO(data)).read("content.xml").decode()
    return content.split("<draw:page ")[passage.page or 0]


def sheet(data: bytes, passage: HitPassage) -> str:
    """The sheet of this name."""
    book = zipfile.ZipFile(io.BytesIO(data))
    names = re.findall('<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    return book.read(f"xl/worksheets/sheet{names.index(passage.label) + 1}.xml").decode()


def chapter(data: bytes, passage: HitPassage) -> str:
    """The chapter with this heading."""
    book = zipfile.ZipFile(io.BytesIO(data))
    chapters = (book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml"))
    return next(one for one in chapters if f"<h1>{passage.label}</h1>" in one)


def message(data: bytes, _: HitPassage) -> str:
    body = email.message_from_bytes(data, policy=policy.default).get_body()
    assert body is not None
    return str(body.get_content())


def from_line(data: bytes, passage: HitPassage) -> str:
    """The lines from that on where a passage begins, as many as it has."""
    lines = data.decode().split("\n")
    return "\n".join(lines[passage.line - 1 : passage.line + 40])


def table_row(data: bytes, passage: HitPassage) -> str:
    rows = list(csv.reader(io.StringIO(data.decode())))
    return "\n".join(map(str, rows[passage.line - 1 : passage.line + 40]))


PAGES = [f"{word}: {FILLER}" for word in ("zero", "one", "pelican", "three", "four")]
SHEETS = {"Coast": [["Name", "Height"]], "Tides": [[f"row {number}", FILLER] for number in range(60)]}
SHEETS["Tides"][50][0] = "the narwhal"
CHAPTERS = {
    f"{number}.xhtml": f"<html><body><h1>Part {number}</h1><p>{FILLER * 9}</p></body></html>" for number in (1, 2, 3)
}
CHAPTERS["2.xhtml"] = CHAPTERS["2.xhtml"].replace("</p>", " The schooner left.</p>")
LINES = [f"{number} {FILLER}" for number in range(400)]

PLACES = [
    Place("pelican", "a.pdf", "page", 3, pdf_page),
    Place("gannet", "a.odp", "slide", 2, slide),
    Place("narwhal", "a.xlsx", "sheet", "Tides", sheet),
    Place("schooner", "a.epub", "chapter", "Part 2", chapter),
    Place("cormorant", "a.txt", None, None, from_line),
    Place("puffin", "a.md", None, None, from_line),
    Place("fulmar", "a.py", None, None, from_line),
    Place("skua", "a.csv", None, None, table_row),
    Place("walrus", "Inbox/2024-05-06 10.00.00 Second.eml", "message", "Second", message),
    Place("heron", "Inbox/2024-05-06 10.00.00 Third.eml/bill.pdf", "page", 2, pdf_page),
    Place("osprey", "a.zip/notes/log.txt", None, None, from_line),
    Place("petrel", "a.tar.gz/deep/talk.odp", "slide", 2, slide),
    Place("dunlin", "a.zip/in/note.eml/bill.pdf", "page", 2, pdf_page),
]  # fmt: skip


def presentation(slides: list[str]) -> bytes:
    pages = (f'<draw:page draw:name="Slide"><text:p>{text}</text:p></draw:page>' for text in slides)
    return documents.odf("presentation", "".join(pages))


def lines_with(word: str) -> str:
    return "\n".join([*LINES[:300], f"The {word} is back.", *LINES[300:]])


def write_all(folder: Path) -> None:
    """The files of `PLACES`."""
    folder.mkdir()
    bill = [f"{FILLER * 3} one", "The {} is due."]
    mail = mailbox_of(
        letter("First", FILLER * 5),
        letter("Second", f"{FILLER * 5} The walrus."),
        attach(letter("Third", FILLER), "bill.pdf", documents.pdf([bill[0], bill[1].format("heron")])),
    )
    note = attach(letter("Note", FILLER), "bill.pdf", documents.pdf([bill[0], bill[1].format("dunlin")])).as_bytes()
    contents = {
        "a.pdf": documents.pdf(PAGES),
        "a.odp": presentation([FILLER * 5, "The gannet dives.", FILLER]),
        "a.xlsx": workbook(SHEETS),
        "a.epub": documents.epub(CHAPTERS),
        "a.txt": lines_with("cormorant").encode(),
        "a.md": ("# Log\n\n" + lines_with("puffin").replace("\n", "\n\n")).encode(),
        "a.py": ("def wind():\n    return 1\n" * 200 + f"fulmar = 1  # {FILLER}\n").encode(),
        "a.csv": ("name,note\n" + lines_with("skua").replace("\n", ",x\n") + ",x\n").encode(),
        "Inbox": mail,
        "a.zip": zipped({"notes/log.txt": lines_with("osprey").encode(), "in/note.eml": note}),
        "a.tar.gz": tar({"deep/talk.odp": presentation([FILLER * 5, "The petrel dives."])}, "w:gz"),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("positions")
    write_all(folder / "docs")
    with Library.open(folder / "library", SETTINGS) as opened:
        opened.add_folder(folder / "docs")
        opened.wait("words", timeout=120)
        yield opened


def only_hit(library: Library, word: str) -> Hit:
    [hit] = library.search(f"={word}", lanes=("words",))
    return hit


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.path)
def test_a_hit_is_opened_at_its_place_and_the_passage_is_there(library: Library, place: Place) -> None:
    hit = only_hit(library, place.word)
    assert hit.path == f"{library.folders()[0].path}/{place.path}"
    passage = hit.passages[0]
    number_or_label = passage.label if passage.page is None else passage.page
    assert (passage.unit, number_or_label or None) == (place.unit, place.number_or_label)
    assert place.word in passage.snippet
    document = library.queries.document(hit.path)
    assert document is not None
    assert place.word in document.text[passage.start : passage.end]
    opened = Path(library.members.file_of(hit.path)).read_bytes()
    assert re.search(rf"\b{place.word}\b", place.read(opened, passage))
