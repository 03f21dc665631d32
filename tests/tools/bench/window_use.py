"""A script of use for the window, by keys and pointer: searches, previews, dialogs, and a list that scrolls."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from tests.builders.desktop import click, press, wait_until, xdotool

ROWS = 10_000
NOTCHES = 1_500  # of the wheel
NOTCH_MS = 12
LIST = (650, 500)  # a place in the list of results, from the screen's corner
QUERIES = ("rent", "letter type:document", "the report of the year", "sort:date name", "lease in Berlin", "zzqx")
WINDOW, SETTINGS, MANUAL, SYNTAX = "^Findling$", "^Settings$", "^Help$", "^What you can type$"
LETTER_MS = 60  # between two letters: fast typing
ANSWER = 0.8  # seconds in which a person looks at the list
LOOK = 0.3  # seconds at a preview


def one_round(display: str, number: int) -> None:
    """Search by typing, go through the hits and their previews, and open what the window has."""

    def do(*keys: str, pause: float = LOOK) -> None:
        for key in keys:
            press(display, key)
            time.sleep(pause)

    def look(key: str, title: str, *keys: str) -> None:
        """Open a dialog, use it and close it; Esc without it would put the window away."""
        press(display, key)
        wait_until(lambda: has_keys(display, title), title)
        time.sleep(LOOK)
        do(*keys, "Escape")
        wait_until(lambda: has_keys(display, WINDOW), f"{title} to close")

    wait_until(lambda: has_keys(display, WINDOW), "the window: nobody uses one that is hidden")
    do("ctrl+f", "ctrl+a", pause=0.05)
    xdotool(display, "type", "--delay", str(LETTER_MS), QUERIES[number % len(QUERIES)])
    time.sleep(ANSWER)
    do("Down", "Down", "Down", "alt+Down", "Up")
    do("alt+Left", "alt+Right", "F9", "F9")
    if number % 3 == 0:
        look("ctrl+comma", SETTINGS, "Tab", "Down", "Down")
    if number % 3 == 1:
        look("F1", MANUAL)
        look("shift+F1", SYNTAX)


def has_keys(display: str, title: str) -> bool:
    """Whether the window that gets the keys has a title that matches this pattern."""
    return bool(re.search(title, xdotool(display, "getactivewindow", "getwindowname")))


def use(display: str, seconds: float, look: Callable[[float], None], every: float) -> int:
    """Use the window for so long, at least for one round of all queries; returns the number of searches.

    Calls `look(seconds so far)` after each span of `every` seconds.
    """
    start, number, spans = time.monotonic(), 0, 1
    while (so_far := time.monotonic() - start) < seconds or number < len(QUERIES):
        if so_far >= spans * every:
            look(so_far)
            spans += 1
        one_round(display, number)
        number += 1
    return number


def scroll(display: str, began: Callable[[], None]) -> float:
    """Turn the wheel over the list; returns the seconds that it took."""
    click(display, LIST)
    began()
    start = time.monotonic()
    xdotool(display, "click", "--repeat", str(NOTCHES), "--delay", str(NOTCH_MS), "5")
    return time.monotonic() - start
