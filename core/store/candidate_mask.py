"""The candidates of a filtered query: the files, contents and passages that retrievers are restricted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.store.catalogue.passages_table import PassagesTable
from core.store.catalogue.vectors_table import Ids

Mask = npt.NDArray[np.bool_]
CAPACITY_GROWTH = 1.5  # factor by which the owners table grows


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Ids of files and contents, ascending; `passages` is a boolean mask indexed by passage id.

    `phrase_matches` are the ids of the passages that contain a phrase of the query, ascending.
    """

    files: Ids
    contents: Ids
    passages: Mask
    phrase_matches: Ids

    def allows(self, passage: int) -> bool:
        return passage < len(self.passages) and bool(self.passages[passage])


class PassageOwners:
    """Maps passage ids to content ids. Entries never change: passage ids are never reused."""

    def __init__(self, table: PassagesTable) -> None:
        self._table = table
        self._owners = np.zeros(1024, np.int64)
        self._last = 0

    def contents_of(self, passages: Ids) -> Ids:
        """The content id of each passage; 0 for an unknown passage."""
        self._refresh()
        known = passages <= self._last
        return np.where(known, self._owners[np.where(known, passages, 0)], 0)

    def mask(self, contents: Ids) -> Mask:
        """The mask of the passages that belong to these contents."""
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
