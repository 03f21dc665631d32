"""The settings on a real screen: each page is changed and saved by pointer and keys, and changed back.

After each, the engine is ready and the answers are as before. The language, which renames what is looked for here, and
the keys have tests of their own; `tests/core/library/test_every_setting.py` has each setting by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import settings as settings_file
from tests.builders import multilingual_folder
from tests.builders.desktop import click, takes_keys, wait_until, xdotool
from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote
from tests.system.on_screen import Seen, seen_window
from tests.tools.accessible.tree import CHECKED

pytestmark = pytest.mark.slow

SCROLL_BAR = 14  # pixels from the right edge, where no field is
BUTTONS_HEIGHT = 80  # pixels of the buttons below a page
WHEEL_DOWN = 5  # as a button of the pointer
Change = Callable[[Seen, str, str, bool], None]


def toggle(seen: Seen, role: str, name: str, back: bool) -> None:
    click(seen.window.display, scrolled_to(seen, role, name))


def step(seen: Seen, role: str, name: str, back: bool) -> None:
    click(seen.window.display, scrolled_to(seen, role, name))
    seen.window.press("Down" if back else "Up")


def write(text: str) -> Change:
    def change(seen: Seen, role: str, name: str, back: bool) -> None:
        click(seen.window.display, scrolled_to(seen, role, name))
        seen.window.press("ctrl+a", "Delete")
        written = "" if back else text
        seen.window.write(written)
        wait_until(lambda: seen.text(role, name) == written, f"{name} is written")

    return change


def choose(other: str) -> Change:
    """The next entry of a list that shows the entry named, and back from `other`."""

    def change(seen: Seen, role: str, name: str, back: bool) -> None:
        click(seen.window.display, seen.place(role, other if back else name))
        wait_until(lambda: takes_keys(seen.window.display), "the list takes keys")
        seen.window.press("Up" if back else "Down", "Return")
        wait_until(lambda: not takes_keys(seen.window.display), "the list is closed")

    return change


def scrolled_to(seen: Seen, role: str, name: str) -> tuple[int, int]:
    """The place of a field, after the wheel was turned until it is on the screen."""
    display = seen.window.display
    shown = xdotool(display, "getactivewindow", "getwindowgeometry", "--shell")
    x, y, width, height = (
        int(re.findall(rf"^{word}=(-?\d+)$", shown, re.MULTILINE)[0]) for word in ("X", "Y", "WIDTH", "HEIGHT")
    )
    for _ in range(30):
        place = seen.place(role, name)
        if place[1] < y + height - BUTTONS_HEIGHT:
            return place
        click(display, (x + width - SCROLL_BAR, y + height // 2), WHEEL_DOWN)
    return place


# For each page: its number in the list, and its settings: role, name, how each is changed and changed back.
PAGES: dict[str, tuple[int, list[tuple[str, str, Change]]]] = {
    "Folders": (0, [("spin box", "Check network folders every", step)]),
    "Files": (
        1,
        [
            ("check box", "Include hidden files and folders", toggle),
            ("text", "Exclude, besides caches, version control data and temporary files:", write("*.bak")),
            ("spin box", "Index only the names of files larger than", step),
            ("text", "Different limits for file types, in MB", write("code 5")),
        ],
    ),
    "Search": (3, [("check box", "Learn which results I open", toggle)]),
    "Schedule": (
        5,
        [
            ("check box", "Pause while this computer runs on battery", toggle),
            ("check box", "Pause while other programs use the processor", toggle),
            ("check box", "Ask before sending text to my server", toggle),
        ],
    ),
    "Appearance and language": (6, [("combo box", "Comfortable rows", choose("Compact rows"))]),
    "Shortcuts and tray": (
        7,
        [
            ("check box", "Keep Findling in the system tray when I close the window", toggle),
            ("check box", "Start Findling in the background when I log in", toggle),
            ("spin box", "While hidden and idle, unload the AI model after", step),
        ],
    ),
    "Privacy": (8, [("check box", "Remember what I searched for and opened", toggle)]),
}


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Seen]:
    library, documents = tmp_path / "library", multilingual_folder.write_documents(tmp_path / "Documents")
    library.mkdir()
    with fake() as engine:
        settings_file.save(remote(engine, wait_on_load=False), library / settings_file.SETTINGS_NAME)
        with seen_window(library, documents) as seen:
            wait_until(seen.window.all_is_read, "the documents are read")
            wait_until(lambda: is_at_rest(seen), "everything can be found")
            yield seen


def is_at_rest(seen: Seen) -> bool:
    buttons = seen.names("push button")
    is_ready = any(name.startswith("Engine ready") for name in buttons)
    return is_ready and "Everything is up to date" in buttons


def controls(seen: Seen, page: str) -> list[tuple[str, str, str]]:
    """What the settings of a page show, as (role, name, text)."""
    listed = {(role, name) for role, name, _ in PAGES[page][1] if role != "combo box"}
    return [
        (node.role, node.name, f"{node.text} {node.has(CHECKED)}")
        for node in seen.nodes()
        if (node.role, node.name) in listed or node.role == "combo box"
    ]


def open_page(seen: Seen, page: str) -> None:
    seen.window.press("ctrl+comma")
    wait_until(lambda: seen.window.has_focus("Settings"), "the dialog shows")
    wait_until(lambda: "Folders" in seen.names("list item"), "its pages are listed")
    seen.window.press(*["Down"] * PAGES[page][0])
    wait_until(lambda: page in seen.names("label"), f"{page} is shown")


def save(seen: Seen) -> None:
    click(seen.window.display, seen.place("push button", "Save"))
    wait_until(lambda: seen.window.has_focus("Findling"), "the dialog is closed")


def change(seen: Seen, page: str, *, back: bool) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """Change the settings of a page, or change them back, and save: what they showed before and after."""
    open_page(seen, page)
    before = controls_when(seen, page, lambda shown: has_all(shown, page), "the page is shown whole")
    after = before
    for number, (role, name, how) in enumerate(PAGES[page][1], start=1):
        how(seen, role, name, back)
        after = controls_when(seen, page, lambda shown: changes(before, shown) == number, f"{name} is changed")  # noqa: B023
    save(seen)
    return before, after


def controls_when(
    seen: Seen, page: str, are_right: Callable[[list[tuple[str, str, str]]], bool], what: str
) -> list[tuple[str, str, str]]:
    shown: list[tuple[str, str, str]] = []

    def is_so() -> bool:
        shown[:] = controls(seen, page)
        return are_right(shown)

    wait_until(is_so, what)
    return shown


def has_all(shown: list[tuple[str, str, str]], page: str) -> bool:
    names = {(role, name) for role, name, _ in shown}
    return all((role, name) in names for role, name, _ in PAGES[page][1] if role != "combo box")


def changes(before: list[tuple[str, str, str]], after: list[tuple[str, str, str]]) -> int:
    """How many controls show something else than before; -1 while not all are shown."""
    if len(before) != len(after):
        return -1
    return sum(one != other for one, other in zip(before, after, strict=True))


def stored(seen: Seen) -> settings_file.Settings:
    return settings_file.load(seen.window.library / settings_file.SETTINGS_NAME)


def test_each_page_of_the_settings_leaves_the_engine_and_the_answers_as_they_are(seen: Seen) -> None:
    seen.search("deposit")
    wait_until(lambda: len(seen.rows()) > 1 and "found by words" in seen.rows()[1], "there are answers")
    answers, settings = seen.settled_rows()[:2], stored(seen)
    for page, (_, fields) in PAGES.items():
        before, after = change(seen, page, back=False)
        changed = [one for one, other in zip(before, after, strict=True) if one != other]
        assert len(changed) == len(fields), f"{page}: {before}, then {after}"
        wait_until(lambda: is_at_rest(seen) and seen.rows()[:2] == answers, f"all is as before, with {page} changed")
        again, restored = change(seen, page, back=True)
        assert (again, restored) == (after, before), page
        wait_until(lambda: is_at_rest(seen) and seen.rows()[:2] == answers, f"all is as before, with {page} restored")
        assert stored(seen) == settings
