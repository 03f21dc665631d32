"""The languages that an engine reads: which to use if the user chose none, and their tags."""

from __future__ import annotations

from collections.abc import Sequence

from babel.core import get_global

ALWAYS = "eng"  # besides the user's own language: names and terms in it are everywhere
# Tesseract's own names for some languages, as BCP 47 tags.
_TAGS = {
    "aze_cyrl": "az_Cyrl",
    "chi_sim": "zh_Hans",
    "chi_sim_vert": "zh_Hans",
    "chi_tra": "zh_Hant",
    "chi_tra_vert": "zh_Hant",
    "kur_ara": "ckb",
    "srp": "sr_Cyrl",
    "srp_latn": "sr_Latn",
    "uzb_cyrl": "uz_Cyrl",
}


def tag_of(code: str) -> str:
    """The tag of a language such as "deu", as Babel knows it; the code itself if it knows none."""
    if code in _TAGS:
        return _TAGS[code]
    aliases = get_global("language_aliases")
    return str(aliases.get(code.partition("_")[0], code))


def default_languages(installed: Sequence[str], locale: str) -> tuple[str, ...]:
    """Of the installed languages that of `locale` (a tag such as "de" or "zh_CN") first, and English."""
    requested = locale.replace("-", "_")
    traditional = any(part in requested for part in ("TW", "HK", "Hant"))
    prefix = requested.partition("_")[0]
    own = [code for code in installed if tag_of(code).partition("_")[0] == prefix and not code.endswith("_vert")]
    own.sort(key=lambda code: ("Hant" in tag_of(code)) != traditional)
    found = [*own[:1], *(code for code in installed if code == ALWAYS)]
    return tuple(dict.fromkeys(found)) or tuple(installed[:1])
