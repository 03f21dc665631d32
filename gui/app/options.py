"""The options of a start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.widgets.theme import Choice


@dataclass(frozen=True, slots=True)
class Options:
    """The command line: the library's folder, paths to add, and the appearance (None: as saved).

    In the `background` the window stays hidden; with `quick_search` the quick search is shown. `link` is what to show
    once the library is open, a `core.links.Link` as text; "" for nothing.
    """

    library: str
    add: tuple[str, ...] = ()
    look: Choice | None = None
    background: bool = False
    quick_search: bool = False
    link: str = ""
