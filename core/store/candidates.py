"""The candidates of a filtered query: the files and contents that retrievers are restricted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.store.catalogue.passages_table import PassagesTable
from core.store.catalogue.vectors_table import Ids

Mask = npt.NDArray[np.bool_]
CAPACITY_GROWTH = 1.5  # factor by which the owners table grows
FEW_PASSAGES = 20_000  # whose contents are looked up in the catalogue, rather than all read


class PassageOwners:
    """Maps passage ids to content ids. Entries never change: passage ids are never reused.

    All passages are read, once, when many are asked for.
    """

    def __init__(self, table: PassagesTable) -> None:
        self._table = table
        self._owners = np.zeros(1024, np.int32)
        self._last = 0

    def contents_of(self, passages: Ids) -> Ids:
        """The content id of each passage; 0 for an unknown passage."""
        if not self._last and len(passages) <= FEW_PASSAGES:
            return self._table.owners_of(passages)
        self._refresh()
        known = passages <= self._last
        return np.where(known, self._owners[np.where(known, passages, 0)], 0).astype(np.int64)

    def _refresh(self) -> None:
        new = self._table.owners_after(self._last)
        if not len(new):
            return
        self._last = int(new[:, 0].max())
        if self._last >= len(self._owners):
            larger = np.zeros(int(self._last * CAPACITY_GROWTH) + 1, np.int32)
            larger[: len(self._owners)] = self._owners
            self._owners = larger
        self._owners[new[:, 0]] = new[:, 1]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Ids of files and contents, ascending; `owners` says which passages belong to these.

    `phrase_matches` are the ids of the passages that contain a phrase of the query, ascending.
    """

    files: Ids
    contents: Ids
    owners: PassageOwners
    phrase_matches: Ids

    def allowed(self, passages: Ids) -> Mask:
        """Which passages belong to a candidate."""
        return self.has(self.owners.contents_of(passages))

    def has(self, contents: Ids) -> Mask:
        """Which contents are candidates."""
        last = max(int(contents.max(initial=0)), int(self.contents.max(initial=0)))
        chosen = np.zeros(last + 1, np.bool_)
        chosen[self.contents] = True
        found: Mask = chosen[contents]
        return found
