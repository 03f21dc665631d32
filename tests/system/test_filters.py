"""The real program on a real screen: filter buttons, history and saved searches, by keys and pointer from outside.

What the window did is read from the files in its library. A fake engine stands for the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core import settings as settings_file
from tests.builders import multilingual_folder
from tests.builders.desktop import click, menu_place, takes_keys, wait_until
from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote
from tests.system.on_screen import Seen, seen_window

pytestmark = pytest.mark.slow

RIGHT = 3  # button of the pointer


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Seen]:
    library, documents = tmp_path / "library", tmp_path / "Documents"
    library.mkdir()
    multilingual_folder.write_documents(documents)
    with fake() as engine:
        settings_file.save(remote(engine), library / settings_file.SETTINGS_NAME)
        with seen_window(library, documents) as seen:
            wait_until(seen.window.all_is_read, "the documents are read")
            yield seen


def saved_search(seen: Seen) -> str:
    """The first saved search in the side panel."""
    return next((name for name in seen.names("list item") if name.startswith("lease")), "")


def open_menus_by_right_clicks(seen: Seen) -> None:
    """Each right click opens the menu of what is below the pointer, also while one is open."""
    x, y = seen.place("list item", seen.settled_rows()[1])
    display, before = seen.window.display, None
    for further in (0, 60, 120):
        click(display, (x - further, y), RIGHT)
        wait_until(lambda: menu_place(display, "Findling") not in (None, before), "the menu of another place is open")  # noqa: B023
        before = menu_place(display, "Findling")
    wait_until(lambda: takes_keys(display), "the menu takes keys")
    seen.window.press("Escape")
    wait_until(lambda: menu_place(display, "Findling") is None, "the menu is closed")


def test_filters_history_and_saved_searches_by_keys_and_pointer(seen: Seen) -> None:
    window = seen.window
    seen.search("lease")
    assert window.query() == "lease"
    open_menus_by_right_clicks(seen)
    window.choose_first(seen.place("push button", "Kind"))
    filtered = window.query()
    assert filtered.startswith("lease type:"), "the first kind of the menu is written into the query"
    window.press("alt+Left")
    assert window.query() == "lease"
    window.press("alt+Right")
    assert window.query() == filtered
    window.press("ctrl+f", "Escape")
    wait_until(lambda: saved_search(seen), "the saved search is listed")
    click(window.display, seen.place("list item", saved_search(seen)))
    assert window.query() == "lease", "the saved search is searched for by a click"
    wait_until(lambda: "lease" in window.history(), "the search is remembered")
