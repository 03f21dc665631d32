"""Rich Text Format, as the RTF 1.9.1 specification has it: words, paragraphs and cells, in any code page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder, broken
from core.extract.clean import one_line, title_of

_TOKEN = re.compile(
    r"\\([A-Za-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|([^\\{}\r\n]+)", re.DOTALL
)
_WORDS_SKIPPED = (
    "colortbl stylesheet pict object themedata colorschememapping datastore generator listtable "
    "listoverridetable rsidtbl xmlnstbl revtbl filetbl fldinst panose falt latentstyles pgptbl mmathPr "
    "datafield objdata blipuid bkmkstart bkmkend nonshppict atnid atndate atnref template listtext pntext "
    "creatim revtim printim operator company doccomm keywords subject category manager comment hlinkbase "
    "userprops passwordhash defchp defpap tc xe sn sv listname leveltext levelnumbers"
)
_SKIPPED = frozenset(_WORDS_SKIPPED.split())
_STARRED = frozenset(("shpinst", "shptxt", "shppict", "annotation"))
_BREAKS = {"par": "\n\n", "line": "\n", "row": "\n", "sect": "\n\n", "page": "\n\n", "tab": "\t", "cell": "\t"}
_SIGNS = {
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
_CHARSETS = {
    0: 1252, 77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255,
    178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250,
}  # fmt: skip
_PAGES = {936: "gb18030", 10000: "mac_roman", 65001: "utf-8", 1361: "johab"}
_KEPT = ("title", "author")


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits: where its text goes ("" is nowhere), its code page, substitutes of a Unicode sign."""

    into: str = "text"
    page: str = "cp1252"
    substitutes: int = 1


@dataclass(slots=True)
class _Rtf:
    """Reads tokens into texts; bytes of a code page are gathered until they can be decoded together."""

    state: _State = field(default_factory=_State)
    groups: list[_State] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=lambda: {"text": [], "title": [], "author": []})
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    default: str = "cp1252"
    waiting: bytearray = field(default_factory=bytearray)
    skip: int = 0
    opened: bool = False
    starred: bool = False

    def put(self, text: str) -> None:
        if self.waiting:
            whole = self.waiting.decode(self.state.page, "replace")
            self.waiting.clear()
            self.put(whole)
        if self.state.into in self.texts:
            self.texts[self.state.into].append(text)

    def run(self, source: str) -> None:
        at = 0
        while (found := _TOKEN.search(source, at)) is not None:
            at = found.end()
            word, number, byte, sign, brace, text = found.groups()
            if word:
                at += self.word(word, int(number) if number else None)
            elif byte:
                self.byte(bytes.fromhex(byte))
            elif text:
                self.plain(text)
            elif brace:
                self.brace(brace)
            else:
                self.sign(sign)
            self.opened = brace == "{"
        self.put("")

    def brace(self, brace: str) -> None:
        self.put("")
        self.skip, self.starred = 0, False
        if brace == "{":
            self.groups.append(self.state)
        elif self.groups:
            self.state = self.groups.pop()

    def byte(self, value: bytes) -> None:
        if self.skip:
            self.skip -= 1
        else:
            self.waiting += value

    def plain(self, text: str) -> None:
        cut = min(self.skip, len(text))
        self.skip -= cut
        if text[cut:]:
            self.put("")
            self.put(text[cut:].encode("latin-1", "replace").decode(self.state.page, "replace"))

    def sign(self, sign: str) -> None:
        if sign == "*":
            self.starred = self.opened
        else:
            self.put({"~": " ", "_": "-", "-": "", "\n": "\n\n", "\r": "\n\n", "|": "", ":": ""}.get(sign, sign))

    def word(self, word: str, number: int | None) -> int:
        """Obey a control word; returns how many characters of raw data follow it."""
        if word == "u" and number is not None:
            self.put(chr(number % 65536))
            self.skip = self.state.substitutes
        elif word in _BREAKS or word in _SIGNS:
            self.put(_BREAKS.get(word) or _SIGNS[word])
        elif word == "bin" and number is not None:
            return max(number, 0)
        else:
            self.put("")
            self.setting(word, number or 0)
        return 0

    def setting(self, word: str, number: int) -> None:
        state = self.state
        if word in _SKIPPED or (self.starred and word not in _STARRED):
            self.state = replace(state, into="")
        elif word == "result":
            self.state = replace(state, into="text")
        elif word == "fonttbl":
            self.state = replace(state, into="fonts")
        elif word in _KEPT and state.into == "info":
            self.state = replace(state, into=word)
        elif word == "info":
            self.state = replace(state, into="info")
        elif word == "uc":
            self.state = replace(state, substitutes=number)
        elif word == "ansicpg":
            self.default = _page(number)
            self.state = replace(state, page=self.default)
        elif word in {"f", "plain"}:
            self.font = number
            self.state = replace(state, page=self.fonts.get(number, self.default))
        elif word == "fcharset" and state.into == "fonts" and number in _CHARSETS and number:
            self.fonts[self.font] = _page(_CHARSETS[number])
        self.starred = False


def _page(number: int) -> str:
    name = _PAGES.get(number, f"cp{number}")
    try:
        b"a".decode(name)
    except LookupError:
        return "cp1252"
    return name


def read(source: ExtractionInput) -> Document:
    """The text of an .rtf, its title and author as it states them."""
    if b"{\\rtf" not in source.data[:100]:
        raise broken("this is no rtf file")
    rtf = _Rtf()
    rtf.run(source.data.decode("latin-1"))
    builder = TextBuilder(source.limits)
    whole = {name: "".join(pieces).encode("utf-16-le", "surrogatepass") for name, pieces in rtf.texts.items()}
    text, title, author = (whole[name].decode("utf-16-le", "replace") for name in ("text", "title", "author"))
    builder.add(text)
    return builder.document("document", "rtf", title=title_of(title), author=one_line(author)[:200])
