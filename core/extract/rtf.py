"""Rich Text Format after its specification 1.9.1: text, paragraphs and cells in any code page.

Why not a library: .github/decisions/0601-rtf-reader.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder, broken
from core.extract.clean import one_line, title_of
from core.extract.own_date import day_of

_TOKEN = re.compile(
    r"\\([A-Za-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|([^\\{}\r\n]+)", re.DOTALL
)
_SKIPPED_DESTINATIONS_TEXT = (
    "colortbl stylesheet pict object themedata colorschememapping datastore generator listtable "
    "listoverridetable rsidtbl xmlnstbl revtbl filetbl fldinst panose falt latentstyles pgptbl mmathPr "
    "datafield objdata blipuid bkmkstart bkmkend nonshppict atnid atndate atnref template listtext pntext "
    "creatim revtim printim operator company doccomm keywords subject category manager comment hlinkbase "
    "userprops passwordhash defchp defpap tc xe listname leveltext levelnumbers"
)
_SKIPPED_DESTINATIONS = frozenset(_SKIPPED_DESTINATIONS_TEXT.split())
_READ_IF_IGNORABLE = frozenset(("shpinst", "shptxt", "shppict", "annotation"))
_ASIDES = {"footnote", "annotation", "shptxt"}  # what interrupts a paragraph: it is put below it
_PROPERTY = {"sn", "sv"}  # its name and value
_PARAGRAPH_ENDS = {"par", "row", "sect", "page"}
_PICTURE_TEXT = "wzDescription"  # the property of a picture that is its alternative text
_BREAKS = {"par": "\n\n", "line": "\n", "row": "\n", "sect": "\n\n", "page": "\n\n", "tab": "\t", "cell": "\t"}
_CHARACTERS = {
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "emspace": " ",
    "enspace": " ",
}
_CODE_PAGE_OF_CHARSET = {
    0: 1252, 77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255,
    178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250,
}  # fmt: skip
_ENCODING_OF_CODE_PAGE = {936: "gb18030", 10000: "mac_roman", 65001: "utf-8", 1361: "johab"}
_PROPERTIES = ("title", "author")
_CREATED = re.compile(rb"\\creatim\s*\\yr(\d{4})\s*\\mo(\d{1,2})\s*\\dy(\d{1,2})")
INFO_SEARCH_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class _GroupState:
    """The state that a group inherits: destination ("": skipped), encoding, fallback characters per Unicode one."""

    destination: str = "text"
    encoding: str = "cp1252"
    fallback_length: int = 1


@dataclass(slots=True)
class _RtfParser:
    """Parses tokens into the texts of destinations; bytes are collected until they can be decoded together."""

    state: _GroupState = field(default_factory=_GroupState)
    groups: list[_GroupState] = field(default_factory=list)
    texts: dict[str, list[str]] = field(
        default_factory=lambda: {"text": [], "title": [], "author": [], "aside": [], "property": []}
    )
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    default_encoding: str = "cp1252"
    pending: bytearray = field(default_factory=bytearray)
    skip: int = 0
    group_opened: bool = False
    ignorable: bool = False

    def emit(self, text: str) -> None:
        if self.pending:
            decoded = self.pending.decode(self.state.encoding, "replace")
            self.pending.clear()
            self.emit(decoded)
        if self.state.destination in self.texts:
            self.texts[self.state.destination].append(text)

    def parse(self, source: str) -> None:
        at = 0
        while (found := _TOKEN.search(source, at)) is not None:
            at = found.end()
            word, number, byte, symbol, brace, text = found.groups()
            if word:
                at += self.control_word(word, int(number) if number else None)
            elif byte:
                self.encoded_byte(bytes.fromhex(byte))
            elif text:
                self.plain_text(text)
            elif brace:
                self.brace(brace)
            else:
                self.control_symbol(symbol)
            self.group_opened = brace == "{"
        self.emit("")
        self.add_asides()

    def add_asides(self) -> None:
        """Put the notes, comments and text boxes of a paragraph below it."""
        if aside := "".join(self.texts["aside"]).strip():
            self.texts["text"].append(f"\n\n{aside}\n\n")
        self.texts["aside"].clear()

    def brace(self, brace: str) -> None:
        self.emit("")
        self.skip, self.ignorable = 0, False
        if brace == "{":
            self.groups.append(self.state)
        elif self.groups:
            self.state = self.groups.pop()

    def encoded_byte(self, value: bytes) -> None:
        if self.skip:
            self.skip -= 1
        else:
            self.pending += value

    def plain_text(self, text: str) -> None:
        skipped = min(self.skip, len(text))
        self.skip -= skipped
        if text[skipped:]:
            self.emit("")
            self.emit(text[skipped:].encode("latin-1", "replace").decode(self.state.encoding, "replace"))

    def control_symbol(self, symbol: str) -> None:
        if symbol == "*":
            self.ignorable = self.group_opened
        else:
            self.emit({"~": " ", "_": "-", "-": "", "\n": "\n\n", "\r": "\n\n", "|": "", ":": ""}.get(symbol, symbol))

    def control_word(self, word: str, number: int | None) -> int:
        """Apply a control word; returns how many characters of raw data follow it."""
        if word == "u" and number is not None:
            self.emit(chr(number % 65536))
            self.skip = self.state.fallback_length
        elif word in _BREAKS or word in _CHARACTERS:
            self.emit(_BREAKS.get(word) or _CHARACTERS[word])
            if word in _PARAGRAPH_ENDS and self.state.destination == "text":
                self.add_asides()
        elif word == "bin" and number is not None:
            return max(number, 0)
        else:
            self.emit("")
            self.set_state(word, number or 0)
        return 0

    def open_aside(self, word: str) -> None:
        """Begin a note, comment or text box, or the name or value of a picture's property."""
        destination = "property" if word == "sn" else "aside"
        if word == "sv" and "".join(self.texts["property"]).strip() != _PICTURE_TEXT:
            destination = ""
        if word == "sn":
            self.texts["property"].clear()
        if destination == "aside":
            self.texts["aside"].append("\n\n")
        self.state = replace(self.state, destination=destination)

    def set_state(self, word: str, number: int) -> None:
        state = self.state
        if word in _SKIPPED_DESTINATIONS or (self.ignorable and word not in _READ_IF_IGNORABLE):
            self.state = replace(state, destination="")
        elif word in _ASIDES or word in _PROPERTY:
            self.open_aside(word)
        elif word == "result":
            self.state = replace(state, destination="text")
        elif word == "fonttbl":
            self.state = replace(state, destination="fonts")
        elif word in _PROPERTIES and state.destination == "info":
            self.state = replace(state, destination=word)
        elif word == "info":
            self.state = replace(state, destination="info")
        elif word == "uc":
            self.state = replace(state, fallback_length=number)
        elif word == "ansicpg":
            self.default_encoding = _encoding_of(number)
            self.state = replace(state, encoding=self.default_encoding)
        elif word in {"f", "plain"}:
            self.font = number
            self.state = replace(state, encoding=self.fonts.get(number, self.default_encoding))
        elif word == "fcharset" and state.destination == "fonts" and number in _CODE_PAGE_OF_CHARSET and number:
            self.fonts[self.font] = _encoding_of(_CODE_PAGE_OF_CHARSET[number])
        self.ignorable = False


def _encoding_of(number: int) -> str:
    name = _ENCODING_OF_CODE_PAGE.get(number, f"cp{number}")
    try:
        b"a".decode(name)
    except LookupError:
        return "cp1252"
    return name


def read(source: ExtractionInput) -> Document:
    """The text of an .rtf, its title and author as it states them."""
    if b"{\\rtf" not in source.data[:100]:
        raise broken("this is no rtf file")
    parser = _RtfParser()
    parser.parse(source.data.decode("latin-1"))
    builder = TextBuilder(source.limits)
    whole = {name: "".join(pieces).encode("utf-16-le", "surrogatepass") for name, pieces in parser.texts.items()}
    text, title, author = (whole[name].decode("utf-16-le", "replace") for name in ("text", "title", "author"))
    builder.add(text)
    return builder.document(
        "document", "rtf", title=title_of(title), author=one_line(author)[:200], own_date=_created(source.data)
    )


def _created(data: bytes) -> str:
    """The day that the properties state; "" if there is none."""
    found = _CREATED.search(data, 0, INFO_SEARCH_BYTES)
    return day_of("{:04}-{:02}-{:02}".format(*map(int, found.groups()))) if found else ""
