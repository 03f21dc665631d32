"""Tags of audio and video: titles, artists, albums, descriptions, chapters, lyrics; read by MediaInfo."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import ParseError

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder, broken
from core.extract.clean import one_line, title_of
from core.extract.own_date import day_of

_TEXTS = (
    "title", "movie_name", "track_name", "album", "performer", "album_performer", "composer", "conductor", "lyricist",
    "author", "director", "actor", "written_by", "publisher", "part", "season", "collection", "genre", "subject",
    "keywords", "synopsis", "summary", "description", "comment", "lyrics", "longdescription", "podcast",
)  # fmt: skip
_TITLES = ("track_name", "movie_name", "title")
_AUTHORS = ("performer", "author", "director", "composer", "album_performer")
_DATES = ("recorded_date", "released_date", "original_released_date", "encoded_date", "tagged_date")
_MACHINE = re.compile(
    r"(?:[0-9a-f]{6,} ?)+|[\W\d_]*|lavf[\d.]*|(?:encoded|created|made) (?:by|with|using) .*", re.IGNORECASE
)
_PREFIX = re.compile(r"^(?:[a-z]{2,3}:)")
_DAY = re.compile(r"(?:UTC )?(\d{4}-\d\d-\d\d)")


def read(source: ExtractionInput) -> Document:
    """The words of a file's tags and of its chapters; without any the document is empty."""
    from pymediainfo import MediaInfo

    try:
        tracks = MediaInfo.parse(source.opened(), parse_speed=0.0, encoding_errors="replace").tracks
    except (RuntimeError, OSError, ValueError, ParseError) as error:
        raise broken(error) from error
    general: dict[str, Any] = next((track.to_data() for track in tracks if track.track_type == "General"), {})
    if not general.get("format"):
        raise broken("no audio or video")
    chapters = [line for track in tracks if track.track_type == "Menu" for line in _chapters(track.to_data())]
    words = [text for name in _TEXTS if (text := _text(general, name))]
    builder = TextBuilder(source.limits)
    builder.add("\n".join(dict.fromkeys([*words, *chapters])))
    day = next((found[1] for name in _DATES if (found := _DAY.match(str(general.get(name) or "")))), "")
    return builder.document(
        "media", "mediainfo", title=_first(general, _TITLES, title_of),
        author=_first(general, _AUTHORS, one_line)[:200], own_date=day_of(day),
    )  # fmt: skip


def _first(general: dict[str, Any], names: tuple[str, ...], tidy: Any) -> str:
    return next((str(tidy(text)) for name in names if (text := _text(general, name))), "")


def _text(general: dict[str, Any], name: str) -> str:
    """A tag's text, its lines kept; "" for what programs write."""
    value = general.get(name)
    lines = [one_line(line) for line in re.split(r"[\r\n]+| / (?=\S)", value)] if isinstance(value, str) else []
    text = "\n".join(filter(None, lines))
    return "" if _MACHINE.fullmatch(text) else text


def _chapters(menu: dict[str, Any]) -> list[str]:
    """The names of chapters; their keys are times, as in "00_01_30000"."""
    names = [str(value) for key, value in menu.items() if re.fullmatch(r"\d\d_\d\d_\d{2,5}", key)]
    return [one_line(_PREFIX.sub("", name)) for name in names]
