"""What is written into a picture: its title, description, keywords, people and place (EXIF, IPTC, XMP), and its day."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree
from PIL import ExifTags, Image, ImageFile, IptcImagePlugin, UnidentifiedImageError

from core.document import Document
from core.errors import FileProblem
from core.extract.base import ExtractionInput, TextBuilder, broken
from core.extract.clean import one_line, title_of
from core.extract.decode import decode_or_replace
from core.extract.office import fix_mojibake
from core.extract.own_date import day_of
from core.extract.package import local, parse_xml

MAX_VALUE = 20_000  # characters of one property that are kept
MAX_FRAMES = 500  # of a TIFF, each of them a page that OCR may read
MAX_XMP = 4_000_000  # bytes

_TITLES = {"title", "Headline", "ObjectName"}
_TEXTS = {
    "title", "Headline", "ObjectName", "description", "Caption", "ImageDescription", "UserComment", "XPTitle",
    "XPSubject", "XPComment", "Title", "Description", "Comment", "comment", "Subject", "AltTextAccessibility",
    "subject", "Keywords", "XPKeywords", "PersonInImage", "Event", "Location", "Sublocation", "City", "State",
    "Country", "creator", "Artist", "XPAuthor", "By-line", "Author", "rights", "Copyright", "Credit", "Source",
}  # fmt: skip
_AUTHORS = ("creator", "By-line", "Artist", "XPAuthor", "Author")
_DATES = ("DateTimeOriginal", "DateCreated", "CreateDate", "DateTimeDigitized", "Creation Time")
_IPTC = {
    (2, 5): "ObjectName", (2, 25): "Keywords", (2, 55): "DateCreated", (2, 80): "By-line", (2, 90): "City",
    (2, 92): "Sublocation", (2, 95): "State", (2, 101): "Country", (2, 105): "Headline", (2, 110): "Credit",
    (2, 115): "Source", (2, 116): "Copyright", (2, 120): "Caption",
}  # fmt: skip
_COMMENT_CODES = {b"ASCII\0\0\0": "utf-8", b"UNICODE\0": "utf-16", b"JIS\0\0\0\0\0": "iso2022_jp", b"\0" * 8: "utf-8"}
_DAY = re.compile(r"\s*(\d{4}):(\d\d):(\d\d)")
# What cameras and programs write into every picture.
_DEFAULTS = re.compile(
    r"(?:olympus|samsung|sony|canon|nikon|minolta|konica|panasonic|kodak)?\s*(?:digital (?:still )?camera|dsc|camera)?|"
    r"screenshot|(?:adobe:|xmp\.|uuid:).*|ascii|unicode|created with (?:the )?gimp|default|binary comment|[\W\d_]*|"
    r"oi[a-z]*_.*",
    re.IGNORECASE,
)

Facts = dict[str, list[str]]


def read(source: ExtractionInput) -> Document:
    """The words that people wrote into a picture, a line each; without any the document is empty, but has its day."""
    import pi_heif

    pi_heif.register_heif_opener()
    facts: Facts = {}
    frames = 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(source.opened()) as picture:
                frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
                _add_exif(facts, picture)
                _add_iptc(facts, picture)
                _add_chunks(facts, picture.info)
                _add_xmp(facts, picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp"))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise broken(error) from error
    words = _unique(value for name in _TEXTS_IN_ORDER for value in facts.get(name, ()))
    builder = TextBuilder(source.limits)
    builder.add("\n".join(words))
    title = next((title_of(value) for name in _TITLES_IN_ORDER for value in facts.get(name, ())), "")
    author = next((value for name in _AUTHORS for value in facts.get(name, ())), "")[:200]
    scans = tuple(range(1, 1 + min(frames, MAX_FRAMES)))
    return builder.document("image", "pictures", title=title, author=author, own_date=_taken(facts), scans=scans)


_TITLES_IN_ORDER = ("title", "Headline", "ObjectName", "XPTitle", "Title")
_TEXTS_IN_ORDER = (*_TITLES_IN_ORDER, *sorted(_TEXTS - set(_TITLES_IN_ORDER)))


def _add(facts: Facts, name: str, value: Any) -> None:
    text = one_line(_text_of(value)[:MAX_VALUE])
    if text and not _DEFAULTS.fullmatch(text):
        facts.setdefault(name, []).append(text)


def _text_of(value: Any) -> str:
    if isinstance(value, bytes):
        return decode_or_replace(value.rstrip(b"\0"))
    return fix_mojibake(value.rstrip("\0")) if isinstance(value, str) else ""


def _add_exif(facts: Facts, picture: Image.Image) -> None:
    exif = picture.getexif()
    tags: dict[int, Any] = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    for number, value in tags.items():
        name = ExifTags.TAGS.get(number, "")
        if name in _DATES or name == "DateTime":
            _add_date(facts, name, value)
        elif name.startswith("XP") and name in _TEXTS:
            data = bytes(value) if isinstance(value, (bytes, tuple)) else b""
            _add(facts, name, data.decode("utf-16-le", "replace"))
        elif name == "UserComment" and isinstance(value, bytes):
            encoding = _COMMENT_CODES.get(value[:8])
            _add(facts, name, value[8:].decode(encoding, "replace") if encoding else value)
        elif name in _TEXTS:
            _add(facts, name, value)


def _add_iptc(facts: Facts, picture: Image.Image) -> None:
    if not isinstance(picture, ImageFile.ImageFile):
        return
    try:
        entries = IptcImagePlugin.getiptcinfo(picture) or {}
    except (SyntaxError, ValueError, IndexError, KeyError):
        return
    for key, value in entries.items():
        name = _IPTC.get(key, "")
        for one in value if isinstance(value, list) else [value]:
            if name in _DATES:
                _add_date(facts, name, one)
            elif name:
                _add(facts, name, one)


def _add_chunks(facts: Facts, info: Mapping[Any, Any]) -> None:
    """The texts of a PNG, and the comments of a JPEG or GIF."""
    for name, value in info.items():
        if name in _DATES:
            _add_date(facts, name, value)
        elif name in _TEXTS:
            _add(facts, name, value)


def _add_xmp(facts: Facts, packet: Any) -> None:
    data = packet.encode() if isinstance(packet, str) else packet
    if not isinstance(data, bytes) or not data.strip(b"\0 ") or len(data) > MAX_XMP:
        return
    try:
        root = parse_xml(data.strip(b"\0"))
    except FileProblem:
        return
    for element in root.iter():
        name = local(element)
        for key, value in element.attrib.items():
            _add_property(facts, str(key).rpartition("}")[2], str(value))
        if name in _TEXTS or name in _DATES:
            for value in _entries(element):
                _add_property(facts, name, value)


def _entries(element: etree._Element) -> list[str]:
    """The values of a property: its own, or those of its list."""
    items = [str(item.text or "") for item in element.iter("{*}li")]
    return items or [str(element.text or "")]


def _add_property(facts: Facts, name: str, value: str) -> None:
    if name in _DATES:
        _add_date(facts, name, value)
    elif name in _TEXTS:
        _add(facts, name, value)


def _add_date(facts: Facts, name: str, value: Any) -> None:
    text = _text_of(value)
    day = day_of(_DAY.sub(r"\1-\2-\3", text))
    if day:
        facts.setdefault(name, []).append(day)


def _taken(facts: Facts) -> str:
    return next((day for name in (*_DATES, "DateTime") for day in facts.get(name, ())), "")


def _unique(values: Iterable[str]) -> list[str]:
    """Values without those that another one contains: EXIF, IPTC and XMP often say the same."""
    found = list(dict.fromkeys(values))
    return [value for value in found if not any(value != other and value in other for other in found)]
