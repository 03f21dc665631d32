"""The files that are known by their names only, counted by kind."""

from __future__ import annotations

from collections import Counter

from core.extract.unknown_names import kind_by_name
from core.store.catalogue.catalogue import Catalogue


def count_by_kind(catalogue: Catalogue) -> dict[str, int]:
    """The number of files by their `core.document.ContentKind`, the most frequent first, "other" last."""
    counts = Counter(map(kind_by_name, catalogue.named_files.paths()))
    return dict(sorted(counts.items(), key=lambda pair: (pair[0] == "other", -pair[1], pair[0])))
