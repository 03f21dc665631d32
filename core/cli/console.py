"""Terminal output: status lines rewritten in place, and text without control characters."""

from __future__ import annotations

import io
import os
import sys
import time
from typing import TextIO
from unicodedata import east_asian_width

from core.messages import tr
from core.messages.visible import visible_name

TERMINAL_SECONDS, LOG_SECONDS = 0.5, 10.0  # between two status lines, on a terminal and elsewhere
REWRITE_SECONDS = 0.1  # between two updates of a `StepLine`


def replace_unprintable() -> None:
    """Print a question mark for each character that stdout cannot encode."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def discard_output() -> None:
    """Redirect stdout to the null device after its reader closed the pipe, so that the flush at exit does not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def single_line(text: str) -> str:
    """A name or path as one line, in which nothing is hidden: a terminal would execute escape sequences in it."""
    return visible_name(text)


class StatusLine:
    """Rewrites one line on a terminal; elsewhere writes a new line every `every` seconds."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._terminal = out.isatty()
        self.every = TERMINAL_SECONDS if self._terminal else LOG_SECONDS

    def show(self, text: str) -> None:
        self._out.write(f"\r{text}\033[K" if self._terminal else f"{text}\n")
        self._out.flush()

    def end(self) -> None:
        if self._terminal:
            self._out.write("\r\033[K")
            self._out.flush()


class StepLine:
    """Shows the steps of a check or repair on one line of a terminal; elsewhere shows nothing."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._shown = 0.0

    def show(self, what: str, done: int, total: int) -> None:
        """Show the current step and its count, at most once in `REWRITE_SECONDS`."""
        now = time.monotonic()
        if self._out.isatty() and now - self._shown > REWRITE_SECONDS:
            self._shown = now
            text = tr("{step} {done} of {total}", step=what, done=done, total=max(done, total)) if done else what
            self._out.write(f"\r{text}\033[K")
            self._out.flush()

    def end(self) -> None:
        if self._out.isatty():
            self._out.write("\r\033[K")
            self._out.flush()


def padded(text: str, width: int) -> str:
    """A text filled with spaces up to a width in terminal columns; a wide character takes two."""
    columns = sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * max(0, width - columns)


def duration(seconds: float) -> str:
    """A duration in its two largest units."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return tr("{hours} h {minutes} min", hours=hours, minutes=minutes)
    if minutes:
        return tr("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
    return tr("{seconds:.1f} s", seconds=seconds)
