"""What is said when Qt cannot be loaded; `python -m tests.packages` shows it on a system without Qt's libraries."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui.app.display_check import _missing_libraries


def test_the_plugins_load_here() -> None:
    assert [_missing_libraries(plugin) for plugin in ("libqxcb.so", "libqwayland.so")] == ["", ""]


def test_a_plugin_that_does_not_load_is_named() -> None:
    assert "libqnothing.so" in _missing_libraries("libqnothing.so")


@pytest.mark.parametrize(
    ("programs", "expected"),
    [
        (["apt-get"], "An administrator can install them: apt-get install libegl1 libxcb-cursor0"),
        ([], "The window needs system libraries that are missing: libEGL.so.1, libxcb-cursor.so.0."),
    ],
)
def test_missing_libraries_are_one_sentence(
    programs: list[str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in programs:
        (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("gui.app.display_check.missing_libraries", lambda: ["libEGL.so.1", "libxcb-cursor.so.0"])
    assert _missing_libraries("libqnothing.so").endswith(expected)
