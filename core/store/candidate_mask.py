"""What a search is confined to: files, their contents, and their passages, so that every lane looks only there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.store.catalogue.passages_table import PassagesTable
from core.store.catalogue.vectors_table import Ids

Mask = npt.NDArray[np.bool_]
CAPACITY_GROWTH = 1.5  # a table that is too small grows by this factor


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Ids of files and of contents, ascending; `passages` has a truth value for every passage id below its length.

    `quoted` are the ids of the passages that have a phrase of the query, ascending.
    """

    files: Ids
    contents: Ids
    passages: Mask
    phrase_matches: Ids

    def allows(self, passage: int) -> bool:
        return passage < len(self.passages) and bool(self.passages[passage])


class PassageOwners:
    """Which content each passage belongs to, by the passage's id: it never changes, as ids are never given again."""

    def __init__(self, table: PassagesTable) -> None:
        self._table = table
        self._owners = np.zeros(1024, np.int64)
        self._last = 0

    def contents_of(self, passages: Ids) -> Ids:
        """The contents of some passages; 0 for one that never was."""
        self._refresh()
        known = passages <= self._last
        return np.where(known, self._owners[np.where(known, passages, 0)], 0)

    def mask(self, contents: Ids) -> Mask:
        """Which passages belong to some contents."""
        self._refresh()
        owners = self._owners[: self._last + 1]
        chosen = np.zeros(int(max(owners.max(initial=0), contents.max(initial=0))) + 1, np.bool_)
        chosen[contents] = True
        chosen[0] = False
        return chosen[owners]

    def _refresh(self) -> None:
        rows = self._table.owners_after(self._last)
        if not rows:
            return
        new = np.array(rows, np.int64)
        self._last = int(new[:, 0].max())
        if self._last >= len(self._owners):
            larger = np.zeros(int(self._last * CAPACITY_GROWTH) + 1, np.int64)
            larger[: len(self._owners)] = self._owners
            self._owners = larger
        self._owners[new[:, 0]] = new[:, 1]
