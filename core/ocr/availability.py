"""Whether text can be recognised as the settings say, with which languages, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import OcrError
from core.messages import language, terms
from core.ocr.languages import default_languages
from core.ocr.registry import engine_named
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class OcrAvailability:
    """What is there to recognise text with: `languages` are used, `installed` those that the user can choose from.

    `missing` says what is not there and how to get it; None if nothing is missing. Text `can_be_recognised` though some
    of the chosen languages are missing.
    """

    engine: str
    languages: tuple[str, ...] = ()
    installed: tuple[str, ...] = ()
    missing: OcrError | None = None
    can_be_recognised: bool = False


def availability(settings: Settings) -> OcrAvailability:
    """What is installed of the engine of the settings; looks at some files."""
    found = engine_named(settings.ocr_engine).installation()
    if not found.is_installed:
        return OcrAvailability(settings.ocr_engine, missing=OcrError(f"ocr.{settings.ocr_engine}_missing"))
    installed = found.languages
    if not installed:
        return OcrAvailability(settings.ocr_engine, missing=OcrError("ocr.no_languages"))
    chosen = settings.ocr_languages or default_languages(installed, language())
    languages = tuple(code for code in chosen if code in installed)
    absent = [code for code in chosen if code not in installed]
    missing = OcrError("ocr.language_missing", languages=terms.listed(absent)) if absent else None
    return OcrAvailability(settings.ocr_engine, languages, installed, missing, can_be_recognised=bool(languages))
