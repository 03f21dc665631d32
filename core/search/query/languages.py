"""The languages of the filter `lang:`: codes, and the names by which a user may call them."""

from __future__ import annotations

# Code (ISO 639-1) of each language that is recognised, with its English name and its name in itself.
LANGUAGES = {
    "ar": ("arabic", "العربية"), "bn": ("bengali", "বাংলা"), "da": ("danish", "dansk"), "de": ("german", "deutsch"),
    "el": ("greek", "ελληνικά"), "en": ("english", ""), "es": ("spanish", "español"), "fi": ("finnish", "suomi"),
    "fr": ("french", "français"), "he": ("hebrew", "עברית"), "hi": ("hindi", "हिन्दी"), "hu": ("hungarian", "magyar"),
    "hy": ("armenian", "հայերեն"), "it": ("italian", "italiano"), "ja": ("japanese", "日本語"),
    "ka": ("georgian", "ქართული"), "ko": ("korean", "한국어"), "nl": ("dutch", "nederlands"),
    "no": ("norwegian", "norsk"), "pt": ("portuguese", "português"), "ro": ("romanian", "română"),
    "ru": ("russian", "русский"), "sv": ("swedish", "svenska"), "ta": ("tamil", "தமிழ்"), "th": ("thai", "ไทย"),
    "tr": ("turkish", "türkçe"), "zh": ("chinese", "中文"),
}  # fmt: skip
OTHER = "other"  # none of these
SHORTEST_PREFIX = 3  # letters of a name that stand for it
_CODES = {name: code for code, names in LANGUAGES.items() for name in (code, *names) if name}


def code_of(name: str) -> str:
    """The code of a language that is named by its code, its English name or its own, or their beginning; "" if none."""
    name = name.strip().lower()
    if name == OTHER or name in _CODES:
        return _CODES.get(name, OTHER)
    found = {code for known, code in _CODES.items() if len(name) >= SHORTEST_PREFIX and known.startswith(name)}
    return found.pop() if len(found) == 1 else ""


def parse_languages(value: str) -> frozenset[str] | None:
    """The codes in a comma-separated list; None if one is unknown."""
    codes = [code_of(word) for word in value.split(",") if word.strip()]
    return frozenset(codes) if codes and all(codes) else None
