"""The order of the characters of right-to-left pages, where PDFium gets it wrong.

PDFium puts a vowel sign that is drawn by itself at another place of its line, with spaces around it, which breaks
words; and in some PDFs it takes two lines for one, the second before the first. The places of the characters tell.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Brackets around words, each read as its mirror image: some programs name them by what is drawn.
_MIRRORED = re.compile(r"(?<!\S)(?:\)(?=\w)([^()\r\n]*\S)\(|\](?=\w)([^][\r\n]*\S)\[)(?!\w)")
SPACE, LINE_END = -1, -2  # in an order, instead of the index of a character
LEAST_GAP = 0.08  # of the height of a line, between two words
UPRIGHT = 0.05  # radians

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points of the page


@dataclass(frozen=True, slots=True)
class Placed:
    """A character at its place on a page."""

    index: int
    letter: str
    box: Box
    baseline: float

    @property
    def is_sign(self) -> bool:
        """Whether it stands above or below another character."""
        return unicodedata.category(self.letter) == "Mn"

    @property
    def height(self) -> float:
        """The height of its line."""
        return self.box[3] - self.box[1]

    @property
    def is_made_up(self) -> bool:
        """Whether it is a space that PDFium found between two characters."""
        return self.letter == " " and self.box[2] <= self.box[0]


def reading_order(text_page: Any, letters: Sequence[str]) -> list[int] | None:
    """The indices of a page's characters in reading order, with `SPACE` and `LINE_END`; None if they are in it."""
    if not any(map(RIGHT_TO_LEFT.match, letters)):
        return None
    order: list[int] = []
    start = 0
    for end in [*(at for at, letter in enumerate(letters) if letter in "\r\n"), len(letters)]:
        line = letters[start:end]
        if any(map(RIGHT_TO_LEFT.match, line)):
            placed = [_placed(text_page, start + at, letter) for at, letter in enumerate(line)]
            order += line_order(placed) if _is_upright(text_page, placed) else range(start, end)
        else:
            order += range(start, end)
        order += [end] if end < len(letters) else []
        start = end + 1
    return None if order == list(range(len(letters))) else order


def in_order(letters: Sequence[str], order: Sequence[int]) -> str:
    """A text in an order that `reading_order` gave."""
    return "".join(letters[at] if at >= 0 else {SPACE: " ", LINE_END: "\n"}[at] for at in order)


def with_brackets_turned(text: str) -> str:
    """A text in which pairs of brackets around right-to-left words open first; its length stays the same."""
    return _MIRRORED.sub(_turned, text)


def _turned(found: re.Match[str]) -> str:
    round_, square = found[1], found[2]
    if not RIGHT_TO_LEFT.search(found[0]):
        return found[0]
    return f"({round_})" if round_ is not None else f"[{square}]"


def _placed(text_page: Any, index: int, letter: str) -> Placed:
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetLooseCharBox(text_page, index, box)
    raw.FPDFText_GetCharOrigin(text_page, index, x, y)
    return Placed(index, letter, (box.left, box.bottom, box.right, box.top), y.value)


def _is_upright(text_page: Any, line: list[Placed]) -> bool:
    first = next(one.index for one in line if RIGHT_TO_LEFT.match(one.letter))
    angle: float = raw.FPDFText_GetCharAngle(text_page, first)
    return abs(angle) <= UPRIGHT


def line_order(line: list[Placed]) -> list[int]:
    """The order of the characters of an upright line of PDFium's, with `SPACE` and `LINE_END`."""
    runs = sorted(_runs(line), key=lambda run: -run[0].baseline)
    order: list[int] = []
    for run in runs:
        while len(runs) > 1 and run and run[-1].is_made_up:
            run.pop()
        order += ([LINE_END] if order else []) + _with_signs_in_place(run)
    return order


def _runs(line: list[Placed]) -> Iterator[list[Placed]]:
    """The parts of a line of PDFium's that stand on lines of their own."""
    run: list[Placed] = []
    for one in line:
        if run and not one.is_made_up and abs(one.baseline - run[0].baseline) > max(one.height, run[0].height) / 2:
            yield run
            run = []
        run.append(one)
    yield run


def _with_signs_in_place(run: list[Placed]) -> list[int]:
    """The order of a line with each sign that stands alone after the character that it is drawn at."""
    signs = [
        one for at, one in enumerate(run) if one.is_sign and (at == 0 or run[at - 1].letter == " ") and one.height > 0
    ]
    bases = {sign.index: base for sign in signs if (base := _base(sign, run)) is not None}
    if not bases:
        return [one.index for one in run]
    order: list[int] = []
    before: Placed | None = None
    was_sign = False
    for at, one in enumerate(run):
        beside_sign = any(run[side].index in bases for side in (at - 1, at + 1) if 0 <= side < len(run))
        if one.index in bases or (one.is_made_up and beside_sign):
            was_sign = True
            continue
        if was_sign and before is not None and _are_apart(before, one):
            order.append(SPACE)
        order.append(one.index)
        before, was_sign = one, False
    for sign, base in bases.items():
        order.insert(order.index(base) + 1, sign)
    return order


def _base(sign: Placed, run: list[Placed]) -> int | None:
    """The index of the character that a sign is drawn at."""
    letters = [
        one
        for one in run
        if RIGHT_TO_LEFT.match(one.letter) and one.letter.isalpha() and _overlap(sign.box, one.box) > 0
    ]
    nearest = min(letters, key=lambda one: abs(sum(one.box[::2]) - sum(sign.box[::2])), default=None)
    return nearest.index if nearest is not None else None


def _overlap(one: Box, other: Box) -> float:
    return min(one[2], other[2]) - max(one[0], other[0])


def _are_apart(one: Placed, other: Placed) -> bool:
    """Whether two neighbours belong to two words."""
    if " " in (one.letter, other.letter):
        return False
    return -_overlap(one.box, other.box) > LEAST_GAP * max(one.height, other.height)
