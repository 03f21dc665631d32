"""Outlook messages in code pages that Python knows by another name, or that they do not name."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.extract.mail import code_pages


@pytest.mark.parametrize("name", ["windows-950", "windows-932", "x-cp949", "IBM850"])
def test_code_pages_by_the_names_of_windows(name: str) -> None:
    code_pages.register()
    assert "abc".encode(name) == b"abc"
    with pytest.raises(LookupError):
        "abc".encode("windows-99999")


@pytest.mark.parametrize(
    ("is_unicode", "said", "is_repaired"),
    [(False, None, True), (True, None, False), (False, 1252, False)],
)
def test_texts_without_a_code_page_are_in_that_of_the_body(
    is_unicode: bool, said: int | None, is_repaired: bool
) -> None:
    properties = SimpleNamespace(
        body_encoding="windows-950", string_props_are_unicode=is_unicode, int_prop_value={0x3FFD: said}.get
    )
    code_pages.register()
    repair = code_pages.repair_of(SimpleNamespace(properties=properties))
    wrong = "\u683c\u5f0f".encode("cp950").decode("iso-8859-15")
    assert repair(wrong) == ("\u683c\u5f0f" if is_repaired else wrong)
    assert repair("Gr\u00fc\u00dfe \u4e2d") == "Gr\u00fc\u00dfe \u4e2d"
