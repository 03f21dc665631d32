"""What happens to archives when the user has the files in them read, or not any more."""

from __future__ import annotations

from core.store.catalogue.catalogue import Catalogue
from core.store.filenames.index import FilenameIndex


def follow_archives_choice(catalogue: Catalogue, names: FilenameIndex, *, reads: bool) -> None:
    """Read archives again once the choice has changed; what was in them goes if it is not to be read."""
    with catalogue.transaction():
        if catalogue.archives.are_read() == reads:
            return
        catalogue.archives.set_read(reads=reads)
        removed = [] if reads else catalogue.archives.remove_members()
    names.remove(removed)
