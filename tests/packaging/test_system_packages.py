"""The list of system libraries; test_builder.py compares it with what Qt's own files ask for."""

from __future__ import annotations

import runpy
from pathlib import Path

from gui.app.system_libraries import is_loadable, packages_of

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "packaging" / "system_packages.py"))


def test_a_library_that_is_not_there_is_missing() -> None:
    assert not is_loadable("libnothing-of-this-name.so.9")


def test_this_machine_has_what_the_window_needs() -> None:
    assert SCRIPT["missing"](dev=True) == []


def test_the_packages_of_libraries_are_named_once() -> None:
    assert packages_of(["libgthread-2.0.so.0", "libEGL.so.1", "libglib-2.0.so.0"]) == ["libegl1", "libglib2.0-0"]
