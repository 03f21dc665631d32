"""The error tree: every error has a code with a template."""

from __future__ import annotations

import pytest

from core.errors import EngineError, FindlingError, LibraryLockedError


def test_an_error_is_worded_from_its_template() -> None:
    error = LibraryLockedError("library.locked", folder="/notes")
    assert error.code == "library_locked"
    assert error.message.code == "library.locked"
    assert error.sentence == "Another Findling is writing to the library in /notes."
    assert error.remedy == "Use that one, or close it first."
    assert str(error) == f"{error.sentence} {error.remedy}"


def test_text_that_was_worded_elsewhere_stays_as_it_is() -> None:
    error = EngineError("verbatim", sentence="No {room} left.", remedy="")
    assert (error.sentence, error.remedy, str(error)) == ("No {room} left.", "", "No {room} left.")


def test_a_code_without_a_template_is_a_bug() -> None:
    with pytest.raises(KeyError, match="The disk is full"):
        FindlingError("The disk is full.")
