"""What filters would leave of the results of a query: the counts that the filter buttons show."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import numpy as np

from core.extract import kind_of
from core.search.query.dates import parse_dates
from core.search.query.languages import OTHER
from core.search.query.sizes import parse_sizes
from core.search.retrieve.document_languages import DocumentLanguages
from core.search.retrieve.field_conditions import NANOSECONDS, day_range, time_range
from core.search.time_spans import time_span
from core.store.catalogue.file_facts import FileFacts
from core.store.catalogue.vectors_table import Ids

FacetField = Literal["type", "in", "ext", "date", "size", "lang", "tag", "group"]
FACET_FIELDS: tuple[FacetField, ...] = get_args(FacetField)
DATES = ("today", "yesterday", "last 7 days", "last 30 days", "this year", "last year")
SIZES = ("<100kb", "100kb..1mb", "1mb..10mb", "10mb..100mb", ">100mb")
MAX_FOLDERS = 12
MAX_EXTENSIONS = 40
MAX_TAGS = 200
QUARTER_HOUR = 900 * NANOSECONDS  # in which no time zone changes its day


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a filter, as the query language writes it, and how many documents it would leave."""

    value: str
    count: int


def count_values(
    facts: FileFacts, field: FacetField, files: Ids, roots: Sequence[bytes], languages: DocumentLanguages
) -> tuple[FacetValue, ...]:
    """The values of a field among some files, those without any left out; `roots` are the library's folders.

    Kinds, folders and languages begin with the most frequent one, dates with the latest, sizes with the smallest.
    Copies count once, as they share a row. "group" has the number of groups instead of documents.
    """
    match field:
        case "type":
            counts = _kinds(facts, files)
        case "in":
            counts = _folders(facts.folders(files), roots)
        case "ext":
            counts = facts.extensions(files)[:MAX_EXTENSIONS]
        case "tag":
            counts = facts.tags(files)[:MAX_TAGS]
        case "date":
            counts = _dates(facts.times(files), facts.own_days(files))
        case "size":
            counts = _sizes(facts.sizes(files))
        case "lang":
            found = languages.counts(facts.contents(files))
            counts = sorted(found.items(), key=lambda pair: (pair[0] == OTHER, -pair[1], pair[0]))
        case "group":
            counts = [("kind", len(_kinds(facts, files))), ("folder", len(facts.folders(files)))]
            counts.append(("date", _spans(facts.times(files)[1])))
    return tuple(FacetValue(value, count) for value, count in counts if count)


def _kinds(facts: FileFacts, files: Ids) -> list[tuple[str, int]]:
    """Kinds, as the rows and `type:` name them: libraries of older versions store unread files as "other"."""
    counts = Counter(facts.kinds(files))
    if counts.pop("other", 0):
        counts.update(Counter(kind_of(path) for path in facts.other_paths(files)))
    return sorted(counts.items(), key=lambda pair: (pair[0] == "other", -pair[1], pair[0]))


def _folders(direct: dict[bytes, set[int]], roots: Sequence[bytes]) -> list[tuple[str, int]]:
    """Each root with files, followed by the folders in it with the most of them."""
    found: list[tuple[str, int]] = []
    for root in roots:
        top = root.rstrip(b"/") + b"/"
        below: dict[bytes, set[int]] = {}
        every = set(direct.get(root, ()))
        for folder, documents in direct.items():
            if folder.startswith(top):
                every |= documents
                below.setdefault(top + folder[len(top) :].partition(b"/")[0], set()).update(documents)
        if every:
            found.append((os.fsdecode(root), len(every)))
            room = max(0, MAX_FOLDERS // max(1, len(roots)))
            counts = Counter({path: len(documents) for path, documents in below.items()})
            found += [(os.fsdecode(path), count) for path, count in counts.most_common(room)]
    return found


def _dates(changed: tuple[Ids, Ids], written: tuple[Ids, Ids]) -> list[tuple[str, int]]:
    """Periods with the documents that `date:` finds: by their last change, or by the day that they have themselves."""
    counts = []
    last_year = parse_dates("date", "last year")
    assert last_year is not None
    assert last_year.start is not None
    periods = [(value, parse_dates("date", value)) for value in DATES]
    year = str(last_year.start.year)
    for value, period in (*periods, (f"before:{year}", parse_dates("before", year))):
        first, last = time_range(period)
        first_day, last_day = day_range(period)
        by_change = changed[0][(changed[1] >= first) & (changed[1] <= last)]
        by_day = written[0][(written[1] >= first_day) & (written[1] <= last_day)]
        counts.append((value, _distinct(np.concatenate((by_change, by_day)))))
    return counts


def _sizes(found: tuple[Ids, Ids]) -> list[tuple[str, int]]:
    documents, sizes = found
    counts = []
    for value in SIZES:
        first, last = parse_sizes(value) or (0, -1)
        counts.append((value, _distinct(documents[(sizes >= first) & (sizes <= last)])))
    return counts


def _spans(times: Ids) -> int:
    now = datetime.now().astimezone()
    quarters = np.unique(times // QUARTER_HOUR)
    return len({time_span(float(quarter) * QUARTER_HOUR / NANOSECONDS, now) for quarter in quarters})


def _distinct(documents: Ids) -> int:
    return len(np.unique(documents))
