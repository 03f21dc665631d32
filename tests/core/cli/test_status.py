"""`findling status` and `findling problems`."""

from __future__ import annotations

import json
from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path

import pytest

from core import settings as settings_file
from core.messages import language, use
from tests.core.cli.conftest import run_command


def test_status_for_a_person(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_command(capsys, "status", "--library", indexed_library)
    assert code == 0
    assert out.startswith(f"Library {indexed_library}, model english")
    assert "docs: 5 files" in out
    assert "names    5 done, 0 waiting, 0 failed" in out
    assert "embedded in total" in out
    assert "catalogue" in out


def test_status_as_json(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_command(capsys, "status", "--json", "--library", indexed_library)
    assert code == 0
    status = json.loads(out)
    assert status["lanes"]["names"] == {"done": 5, "waiting": 0, "failed": 0}
    assert status["lanes"]["words"] == {"done": 3, "waiting": 0, "failed": 1}
    assert status["lanes"]["meaning"] == {"done": 3, "waiting": 0, "failed": 1}
    assert status["passages"]["done"] == status["passages"]["total"] == status["passages_embedded"] > 0
    assert (status["engine"], status["model"], status["problems"]) == ("remote", "english", 1)
    assert status["sizes"].keys() == {"catalogue", "words", "vectors"}
    assert all(size > 0 for size in status["sizes"].values())
    assert status["library"] == str(indexed_library)
    assert len(status["folders"]) == 1


def test_problems_for_a_person_and_as_json(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_command(capsys, "problems", "--library", indexed_library)
    assert code == 0
    assert out.startswith("1 problem:\n")
    assert "broken.pdf: The file is damaged or has the wrong extension. Open it in its own program" in out
    code, out, _ = run_command(capsys, "problems", "--json", "--library", indexed_library)
    (problem,) = [json.loads(line) for line in out.splitlines()]
    assert problem.keys() == {"path", "code", "sentence", "remedy", "detail", "when"}
    assert problem["code"] == "broken"


def test_the_language_of_the_library_is_used(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = indexed_library / settings_file.SETTINGS_NAME
    before = settings_file.load(path)
    settings_file.save(replace(before, language="de"), path)
    try:
        run_command(capsys, "problems", "--library", indexed_library)
        assert language() == "de"
    finally:
        settings_file.save(before, path)
        use(NullTranslations(), "en")
