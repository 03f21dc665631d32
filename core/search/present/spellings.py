"""Where a text has a query's term in another spelling: with other separators, as two words, in a compound."""

from __future__ import annotations

import re
from functools import lru_cache

from core.store.lexical.analyzers import QueryTerm
from core.store.lexical.letters import UNSPACED

GAP = r"[\W_]{0,3}"  # between the groups of a number
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


@lru_cache(maxsize=256)
def _patterns(text: str, *, has_forms: bool, of: QueryTerm) -> tuple[re.Pattern[str], ...]:
    if of.match_mode == "wildcard":
        return ()
    other = of.alternatives
    numbers = [one for one in (text, *other.same) if re.search(r"\d", one)]
    found = [
        GAP.join([beginning(number[0]), *map(re.escape, number[1:])]) + WORD_END for number in numbers if number[1:]
    ]
    found += [f"{beginning(first)}{GAP}{re.escape(second)}{WORD_END}" for first, second in other.phrases]
    endings = "|".join(map(re.escape, other.endings[:MAX_ENDINGS]))
    if endings:
        found.append(rf"{WORD_START}[^\W_]+(?:{endings}){WORD_END}")
    if not has_forms and not UNSPACED.search(text):  # a sign, or a word with one
        found.append(re.escape(text))
    return tuple(map(re.compile, found))
