"""Whether a library has texts in the script of a question."""

from __future__ import annotations

from core.store.lexical.index import LexicalIndex
from core.store.lexical.language_detection import BEYOND_LATIN, SCRIPTS, UNSTEMMED_SCRIPTS, recognised_language

MIN_SHARE = 0.02  # of the passages, for a script to be one of the library's
OTHERS = tuple(name for name, _ in (*SCRIPTS, *UNSTEMMED_SCRIPTS))
SHARED = {"japanese": ("japanese", "chinese"), "chinese": ("japanese", "chinese")}  # characters that both use


def is_foreign_script(text: str, words: LexicalIndex) -> bool:
    """Whether hardly a passage is in the script of a text; False where that is not known."""
    counts = {name: words.count(name) for name in OTHERS}
    others, total = sum(counts.values()), words.count()
    if not total or not any(map(str.isalpha, text)):
        return False
    if not BEYOND_LATIN.search(text):
        return total - others < MIN_SHARE * total
    language = recognised_language(text)
    if language not in counts:
        return False
    return sum(counts[name] for name in SHARED.get(language, (language,))) < MIN_SHARE * total
