"""Where a long text ends that people read: before data made of numbers, and before minified code."""

from __future__ import annotations

import re
from collections.abc import Iterator

BLOCK = 50_000  # characters that are judged at a time
SAMPLES, SAMPLE = 4, 2_000  # of a block: how many pieces, of so many characters
MIN_WORDS = 0.1  # share of a text that is words; measured: data at most 0.07, logs, tables and code at least 0.2
MAX_LINE = 200  # mean characters of a line of code that somebody wrote
_MINIFIED = (b".js", b".mjs", b".cjs", b".css", b".map")
# Words of three letters or more, also before digits as in a part number; of other scripts than Latin all, since words
# of theirs may be shorter.
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{3,}+|[\u0300-\u1fff\u2c00-\U0003ffff]+")
_KEY = re.compile(r'"[^"\\\n]{1,80}"[ \t]*:')  # of JSON: the same in each row
_LINE_ROOM = 1_000  # characters within which a text is cut at the end of a line


def words_end(text: str, name: bytes, at_least: int) -> int:
    """Where to cut the text of a file called `name`: `at_least` or later, if only data follows; else its length."""
    if len(text) <= at_least + BLOCK:
        return len(text)
    may_be_minified = name.lower().endswith(_MINIFIED)
    end = len(text)
    for start in _starts(len(text), at_least):
        block = text[start:end]
        if not _is_data(block) and not (may_be_minified and _is_minified(block)):
            break
        end = start
    return end if end == len(text) else max(text.rfind("\n", end - _LINE_ROOM, end), 0) or end


def _starts(length: int, first: int) -> Iterator[int]:
    """The starts of the blocks from `first` on, last first; the last block takes in what is no whole one."""
    count = (length - first) // BLOCK
    return (first + number * BLOCK for number in range(count - 1, -1, -1))


def _is_data(block: str) -> bool:
    step = max(len(block) // SAMPLES, SAMPLE)
    sample = _KEY.sub("", "\n".join(block[at : at + SAMPLE] for at in range(0, len(block), step)))
    written = len("".join(sample.split()))
    return sum(map(len, _WORD.findall(sample))) < MIN_WORDS * written


def _is_minified(block: str) -> bool:
    return len(block) > MAX_LINE * (block.count("\n") + 1)
