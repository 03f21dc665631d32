"""Language detection for stemming, by script and by the most common words."""

from __future__ import annotations

import re
from collections import Counter

# Languages with a stemmer in tantivy, with their most common words.
COMMON_WORDS = {
    "english": "the of and to in is that was for it with as his on be at by are this have from or had not but what",
    "german": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er",
    "french": "le la les des et en un une du que qui dans est pour sur au par avec ne pas ce il plus sont aux cette",
    "spanish": "el la los las de que y en un una del se por con para es al lo como su no más o fue este son",
    "italian": "il di che la e un una per non del della in con sono da si le dei nel alla gli è anche più ha",
    "portuguese": "o a os as de que e do da em um uma para com não no na se por dos das ao é mais foi como são",
    "dutch": "de het een van en in is dat op te zijn met voor niet aan er om ook als die bij naar wordt maar uit",
    "swedish": "och att det som en på är av för med till den inte om ett han var jag från vi så kan men har",
    "danish": "og at det er en af til på der for med ikke den som et de har jeg var fra blev eller men kan",
    "norwegian": "og i det er som en på til av for med at ikke den har de et jeg var fra ble eller men kan etter",
    "finnish": "ja on ei se että oli hän ovat myös mutta kun joka tai sen ole ovat vuonna kuin mukaan hänen sekä niin",
    "hungarian": "a az és hogy nem is egy ez volt meg csak mint már de vagy ha azt el van még kell után lehet",
    "romanian": "și de la în a cu pe că nu un o din pentru este care mai sau să ce fost au prin sunt fi după",
    "turkish": "ve bir bu için ile da de olarak daha çok olan gibi en kadar sonra ne ya var değil olduğu tarafından",
}
SCRIPTS = (
    ("russian", re.compile("[\u0400-\u04ff]")),
    ("greek", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("arabic", re.compile("[\u0600-\u06ff]")),
    ("tamil", re.compile("[\u0b80-\u0bff]")),
)
LANGUAGES = (*COMMON_WORDS, *(name for name, _ in SCRIPTS))
SAMPLE_CHARS = 480  # characters
MIN_COMMON_WORDS = 3  # in a sample, for a language to be detected
LATIN = re.compile("[a-zA-ZÀ-ɏ]")
LAST_LATIN = "\u024f"
WORD_PATTERN = re.compile(r"[^\W\d_]+")
_LANGUAGES_BY_WORD: dict[str, list[str]] = {}
for _language, _words in COMMON_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_BY_WORD.setdefault(_word, []).append(_language)


def detect_language(text: str, fallback: str = "english") -> str:
    """The language of a text; `fallback` if it is in the Latin script and not recognized.

    "" for a text in a script without a stemmer.
    """
    head = text[:SAMPLE_CHARS]
    if head and max(head) > LAST_LATIN:
        script = _script(head)
        if script is not None:
            return script
    counts = Counter(name for word in WORD_PATTERN.findall(head.lower()) for name in _LANGUAGES_BY_WORD.get(word, ()))
    best = max(counts, key=lambda name: counts[name], default=fallback)
    return best if counts[best] >= MIN_COMMON_WORDS and counts[best] > counts[fallback] else fallback


def _script(head: str) -> str | None:
    """The language of a non-Latin script, "" for one without a stemmer; None if most letters are Latin."""
    letters = sum(map(str.isalpha, head))
    if 2 * len(LATIN.findall(head)) >= letters:
        return None
    name, count = max(((name, len(script.findall(head))) for name, script in SCRIPTS), key=lambda pair: pair[1])
    return name if 2 * count > letters else ""
