from __future__ import annotations

import pytest

from core.extract.office import fix_mojibake


@pytest.mark.parametrize("title", ["Информационный бюллетень", "Plain", "Übersicht", "租房"])
def test_a_property_taken_for_latin_1_is_fix_mojibake(title: str) -> None:
    assert fix_mojibake(title.encode().decode("latin-1")) == title
    assert fix_mojibake(title) == title
