"""Where a text has a query's term in another spelling: with other separators, as two words, in a compound."""

from __future__ import annotations

import re
from functools import lru_cache

from core.store.lexical.analyzers import QueryTerm
from core.store.lexical.letters import UNSPACED

GAP = r"(?:(?![.,]\d{1,2}(?!\w))[\W_]){0,3}"  # between the groups of a number; 15 is not 1,5
DECIMALS = r"(?:[.,]0{1,2})?"
WORD_START, WORD_END = r"(?<![^\W_])", r"(?![^\W_])"
MAX_ENDINGS = 12  # of compounds, in one pattern


def spelling_patterns(word: QueryTerm) -> tuple[re.Pattern[str], ...]:
    """Patterns for folded text that find the other spellings of a term."""
    return _patterns(word.text, has_forms=bool(word.forms), of=word)


def beginning(first: str) -> str:
    """A pattern for the first letters of a word.

    That no letter stands before them is looked at behind them: a pattern that begins with letters is searched for them,
    which takes a tenth of the time of looking at each place.
    """
    letters = re.escape(first)
    return rf"{letters}(?<![^\W_]{letters})"


def _number(number: str) -> str:
    """A pattern for a number with any separators; an amount (1234.5) has its decimals, and 2x4 its sign."""
    whole, _, decimals = number.partition(".")
    signs = ("[x\xd7]" if char == "x" else re.escape(char) for char in whole[1:])
    found = GAP.join([beginning(whole[0]), *signs])
    return f"{found}[.,]{re.escape(decimals)}0*" if decimals else found + (DECIMALS if whole.isdigit() else "")


@lru_cache(maxsize=256)
def _patterns(text: str, *, has_forms: bool, of: QueryTerm) -> tuple[re.Pattern[str], ...]:
    if of.match_mode == "wildcard":
        return ()
    other = of.alternatives
    numbers = [one for one in (text, *other.same) if re.search(r"\d", one)]
    found = [_number(number) + WORD_END for number in numbers if number[1:]]
    found += [f"{beginning(first)}{GAP}{re.escape(second)}{WORD_END}" for first, second in other.phrases]
    endings = "|".join(map(re.escape, other.endings[:MAX_ENDINGS]))
    if endings:
        found.append(rf"{WORD_START}[^\W_]+(?:{endings}){WORD_END}")
    if not has_forms and not UNSPACED.search(text):  # a sign, or a word with one
        found.append(re.escape(text))
    return tuple(map(re.compile, found))
