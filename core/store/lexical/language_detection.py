"""Language detection for stemming, by script and by the most common words."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

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
# Languages without a stemmer in tantivy, whose words are compared when they are searched for (`inflection.py`).
UNSTEMMED_COMMON_WORDS = {
    "polish": "się nie na że jest przez jako oraz po dla od który które może jak był tylko są za ich jego także lub",
    "czech": "je se že na jako byl který která by pro po podle také nebo však ale jsou při jeho více až bylo pouze",
    "slovak": "je sa že na ako bol ktorý ktorá by pre po podľa tiež alebo však ale sú pri jeho viac až bolo len",
    "croatian": "je se da na kao bio koji koja bi za po ili ali su pri njegov više od nije što biti samo iz također",
    "estonian": "on ja ei see et oli ta kui ka oma mis aga või nii välja kes siis veel juba pärast selle olla",
    "lithuanian": "ir yra kad su iš į buvo kaip ar bet tai jo nuo už po apie arba tik savo bei jau taip dėl",
    "catalan": "els amb una per què és dels més com seva pel aquest aquesta també però són fou hi ser entre",
    "indonesian": "yang dan di dari untuk dengan pada tidak ini itu dalam adalah ke oleh akan juga karena atau",
}
SCRIPTS = (
    ("russian", re.compile("[\u0400-\u04ff]")),
    ("greek", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("arabic", re.compile("[\u0600-\u06ff]")),
    ("tamil", re.compile("[\u0b80-\u0bff]")),
)
LANGUAGES = (*COMMON_WORDS, *(name for name, _ in SCRIPTS))  # with a stemmer in tantivy
SAMPLE_CHARS = 480  # characters
MIN_COMMON_WORDS = 3  # in a sample, for a language to be detected
LATIN = re.compile("[a-zA-ZÀ-ɏ]")
BEYOND_LATIN = re.compile("[\u0250-\U0010ffff]")
NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
LETTER_RUN = re.compile(r"[^\W\d_]+")
_LANGUAGES_BY_WORD: dict[str, list[str]] = {}
for _language, _words in (COMMON_WORDS | UNSTEMMED_COMMON_WORDS).items():
    for _word in _words.split():
        _LANGUAGES_BY_WORD.setdefault(_word, []).append(_language)


def detect_language(text: str, fallback: str = "english") -> str:
    """The language of a text; `fallback` if it is in the Latin script and not recognized.

    "" for a text in a script without a stemmer; see also `languages_of_scripts`.
    """
    head = text[:SAMPLE_CHARS]
    if not head.isascii() and BEYOND_LATIN.search(head):
        script = _script(head)
        if script is not None:
            return script
    counts = _common_words(head)
    best = max(counts, key=lambda name: counts[name], default=fallback)
    return best if counts[best] >= MIN_COMMON_WORDS and counts[best] > counts[fallback] else fallback


@lru_cache(maxsize=4)  # a passage is asked about several times
def _common_words(head: str) -> Counter[str]:
    """The number of common words by language."""
    found: list[str] = []
    for word in filter(_LANGUAGES_BY_WORD.__contains__, LETTER_RUN.findall(head.lower())):
        found += _LANGUAGES_BY_WORD[word]
    return Counter(found)


# Scripts of one language each that has no stemmer; Japanese before Chinese, whose characters it uses too.
UNSTEMMED_SCRIPTS = (
    ("japanese", re.compile("[\u3040-\u30ff]")),
    ("korean", re.compile("[\uac00-\ud7af\u1100-\u11ff]")),
    ("chinese", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")),
    ("hebrew", re.compile("[\u0590-\u05ff]")),
    ("hindi", re.compile("[\u0900-\u097f]")),
    ("bengali", re.compile("[\u0980-\u09ff]")),
    ("thai", re.compile("[\u0e00-\u0e7f]")),
    ("georgian", re.compile("[\u10a0-\u10ff]")),
    ("armenian", re.compile("[\u0530-\u058f]")),
)
KANA_SHARE = 0.05  # of the letters of a Japanese text at least


def recognised_language(text: str) -> str:
    """The language that a text is in, also one without a stemmer; "" if it is not recognised."""
    head = text[:SAMPLE_CHARS]
    language = detect_language(head, "")
    if language or head.isascii() or not BEYOND_LATIN.search(head):
        return language
    letters = sum(map(str.isalpha, head))
    if not letters:
        return language
    for name, script in UNSTEMMED_SCRIPTS:
        share = len(script.findall(head)) / letters
        if share > (KANA_SHARE if name == "japanese" else 0.5):
            return name
    return ""


def languages_of_scripts(text: str) -> list[str]:
    """The languages of the scripts other than Latin that a text has words in."""
    if text.isascii() or not BEYOND_LATIN.search(text):
        return []
    return [name for name, script in SCRIPTS if script.search(text)]


@lru_cache(maxsize=4)
def _script(head: str) -> str | None:
    """The language of a non-Latin script, "" for one without a stemmer; None if most letters are Latin."""
    ascii_letters = len(head.encode("ascii", "ignore").translate(None, NO_LETTERS))
    if 2 * ascii_letters >= len(head):
        return None
    letters = sum(map(str.isalpha, head))
    if 2 * len(LATIN.findall(head)) >= letters:
        return None
    name, count = max(((name, len(script.findall(head))) for name, script in SCRIPTS), key=lambda pair: pair[1])
    return name if 2 * count > letters else ""
