"""Which languages are read if the user chose none."""

from __future__ import annotations

import pytest

from core.errors import OcrError
from core.ocr import availability as module
from core.ocr.base import OcrInstallation
from core.ocr.languages import default_languages, tag_of
from core.settings import Settings

INSTALLED = ("chi_sim", "chi_tra", "deu", "eng", "fra")


@pytest.mark.parametrize(
    ("locale", "languages"),
    [
        ("de", ("deu", "eng")), ("en_GB", ("eng",)), ("zh_CN", ("chi_sim", "eng")), ("zh_TW", ("chi_tra", "eng")),
        ("fi", ("eng",)),
    ],
)  # fmt: skip
def test_the_users_own_language_and_english_are_read(locale: str, languages: tuple[str, ...]) -> None:
    assert default_languages(INSTALLED, locale) == languages


def test_any_language_is_better_than_none() -> None:
    assert default_languages(("fra",), "de") == ("fra",)


def test_the_tags_of_languages_are_known() -> None:
    assert [tag_of(code) for code in ("deu", "chi_sim", "fra")] == ["de", "zh_Hans", "fr"]


class _Engine:
    def __init__(self, found: OcrInstallation) -> None:
        self._found = found

    def installation(self) -> OcrInstallation:
        return self._found


@pytest.mark.parametrize(
    ("found", "chosen", "code", "languages"),
    [
        (OcrInstallation(is_installed=False), (), "ocr.tesseract_missing", ()),
        (OcrInstallation(is_installed=True), (), "ocr.no_languages", ()),
        (OcrInstallation(is_installed=True, languages=("eng",)), ("deu", "eng"), "ocr.language_missing", ("eng",)),
        (OcrInstallation(is_installed=True, languages=("eng",)), ("deu",), "ocr.language_missing", ()),
    ],
)
def test_what_is_missing_is_named_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch,
    found: OcrInstallation,
    chosen: tuple[str, ...],
    code: str,
    languages: tuple[str, ...],
) -> None:
    monkeypatch.setattr(module, "engine_named", lambda _: _Engine(found))
    said = module.availability(Settings(ocr_languages=chosen))
    assert isinstance(said.missing, OcrError)
    assert (said.missing.message.code, said.languages) == (code, languages)
    assert said.can_be_recognised == bool(languages)
    assert said.missing.remedy
