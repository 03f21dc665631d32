from __future__ import annotations

import pytest

from core.extract.office import mended


@pytest.mark.parametrize("title", ["Информационный бюллетень", "Plain", "Übersicht", "租房"])
def test_a_property_taken_for_latin_1_is_mended(title: str) -> None:
    assert mended(title.encode().decode("latin-1")) == title
    assert mended(title) == title
