"""What each filter of a query requires of a file."""

from __future__ import annotations

from datetime import date, datetime, time

from core.document import Kind
from core.extract import unread_extensions
from core.search.query.dates import DateRange, parse_dates
from core.search.query.fields import parse_extensions, parse_kinds, parse_tags, typed_path
from core.search.query.languages import parse_languages
from core.search.query.sizes import parse_sizes
from core.search.retrieve.document_languages import DocumentLanguages
from core.store.catalogue import filters
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.filters import (
    SQLITE_MAX_INTEGER,
    ExtensionFilter,
    FileFilter,
    IdFilter,
    KindFilter,
    MetadataFilter,
    PathFilter,
    RangeFilter,
)
from core.store.index_set import Indexes
from core.store.lexical.letters import fold

NANOSECONDS = 1_000_000_000


class FieldConditions:
    """The conditions that fields and their values set on the files of one library."""

    def __init__(self, catalogue: Catalogue, index_set: Indexes, languages: DocumentLanguages) -> None:
        self._catalogue, self._index_set, self._languages = catalogue, index_set, languages

    def of(self, field: str, value: str) -> FileFilter:
        """The condition of a field with a valid value (`fields.is_valid`)."""
        match field:
            case "type":
                return _kind_filter(parse_kinds(value) or frozenset())
            case "ext":
                return ExtensionFilter(parse_extensions(value) or frozenset())
            case "size":
                first, last = parse_sizes(value) or (0, -1)
                return RangeFilter("size", first, last)
            case "docdate":
                return _own_date_filter(field, value)
            case "modified":
                return _date_filter(field, value)
            case "date" | "before" | "after":
                return filters.OrFilter((_date_filter(field, value), _own_date_filter(field, value)))
            case "lang":
                return IdFilter(contents=self._languages.contents_in(parse_languages(value) or frozenset()))
            case "tag":
                return filters.TagFilter(parse_tags(value) or frozenset())
            case "author" | "title":
                return MetadataFilter(field, fold(value))
            case "like":
                return self._excluding_document(value)
            case _:
                return self._of_path(field, value)

    def _of_path(self, field: str, value: str) -> FileFilter:
        """The condition of a field that looks at a file's path."""
        names = self._index_set.names
        match field:
            case "from" | "to":
                return filters.LetterFilter("sender" if field == "from" else "recipients", fold(value))
            case "in":
                return _path_filter(value) if value[0] in "/~" else IdFilter(names.in_folder(value))
            case "path":
                return IdFilter(names.matching_path(value))
            case _:
                return IdFilter(names.matching_name(value))

    def _excluding_document(self, value: str) -> FileFilter:
        """All documents except the one at a path, and its copies."""
        itself = _path_filter(value)
        content = self._catalogue.content_of(itself.path)
        copies = IdFilter(contents=frozenset(() if content is None else (content,)))
        return filters.NotFilter(filters.OrFilter((itself, copies)))


def _kind_filter(kinds: frozenset[Kind]) -> FileFilter:
    """Files of some kinds; libraries of older versions store all unread files as "other"."""
    unread = unread_extensions()
    endings = frozenset(ending for kind in kinds for ending in unread.get(kind, ()))
    others = frozenset(ending for kind, some in unread.items() if kind not in kinds for ending in some)
    if "other" in kinds:
        return filters.AndFilter((KindFilter(frozenset(kinds)), filters.NotFilter(_unread_kind_filter(others))))
    return (
        filters.OrFilter((KindFilter(frozenset(kinds)), _unread_kind_filter(endings)))
        if endings
        else KindFilter(frozenset(kinds))
    )


def _unread_kind_filter(endings: frozenset[str]) -> FileFilter:
    return filters.AndFilter((KindFilter(frozenset({"other"})), ExtensionFilter(endings)))


def _path_filter(value: str) -> PathFilter:
    return PathFilter(typed_path(value))


def _date_filter(field: str, value: str) -> FileFilter:
    return RangeFilter("mtime_ns", *time_range(parse_dates(field, value)))


def _own_date_filter(field: str, value: str) -> FileFilter:
    """Documents that say themselves that they are of these days."""
    return filters.OwnDateFilter(*day_range(parse_dates(field, value)))


def day_range(days: DateRange | None) -> tuple[int, int]:
    """The first and the last of some days (`datetime.date.toordinal`)."""
    first = days.start.toordinal() if days and days.start else 0
    last = days.stop.toordinal() - 1 if days and days.stop else date.max.toordinal()
    return first, last


def time_range(days: DateRange | None) -> tuple[int, int]:
    """The first and the last moment of some days in local time, in ns since 1970."""
    first = _nanoseconds(days.start) if days and days.start else -SQLITE_MAX_INTEGER
    last = _nanoseconds(days.stop) - 1 if days and days.stop else SQLITE_MAX_INTEGER
    return first, last


def _nanoseconds(day: date) -> int:
    """The start of a day in local time, in ns since 1970."""
    return int(datetime.combine(day, time.min).astimezone().timestamp()) * NANOSECONDS
