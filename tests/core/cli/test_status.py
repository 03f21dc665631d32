"""`findling status` and `findling problems`."""

from __future__ import annotations

import json
from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path

import pytest

from core import settings as settings_file
from core.library import Library
from core.messages import language, use
from tests.core.cli.conftest import library_with_settings, run_command, write_documents
from tests.core.engine.conftest import Running
from tests.core.library.conftest import until


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
    assert status["by_name_only"] == {"image": 1}


def test_problems_for_a_person_and_as_json(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_command(capsys, "problems", "--library", indexed_library)
    assert code == 0
    assert out.startswith("1 problem:\n")
    assert "  Damaged, or with the wrong extension: 1 file. Another program may help" in out
    assert out.splitlines()[2].endswith("docs/broken.pdf")
    assert "1 file is found by name only:\n  Image: 1 file. To search the text in pictures, turn on reading text" in out
    code, out, _ = run_command(capsys, "problems", "--json", "--library", indexed_library)
    (problem,) = [json.loads(line) for line in out.splitlines()]
    before = {"path", "code", "sentence", "remedy", "detail", "when"}  # scripts know these
    assert problem.keys() == before | {"reason", "help", "size", "modified", "waiting", "ignored"}
    assert problem["code"] == "broken"


def test_ignored_problems_are_counted_and_listed_apart(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = library_with_settings(tmp_path / "library", engine)
    documents = write_documents(tmp_path / "docs")
    (documents / "empty.pdf").write_bytes(b"%PDF-1.7 nothing either")
    with Library.open(root) as library:
        library.add_folder(documents)
        library.wait("words", timeout=60)
        library.indexing.ignore_problems([str(documents / "broken.pdf")])
        until(lambda: len(library.problems()) == 1)
    _, out, _ = run_command(capsys, "problems", "--library", root)
    assert out.startswith("1 problem:\n")
    assert "empty.pdf" in out
    assert "broken.pdf" not in out
    assert "\n1 ignored (see --ignored).\n" in out
    _, out, _ = run_command(capsys, "problems", "--ignored", "--library", root)
    assert out.startswith("1 ignored:\n")
    assert out.endswith("docs/broken.pdf\n")
    _, out, _ = run_command(capsys, "problems", "--ignored", "--json", "--library", root)
    assert [json.loads(line)["ignored"] for line in out.splitlines()] == [True]
    _, out, _ = run_command(capsys, "status", "--json", "--library", root)
    status = json.loads(out)
    assert (status["problems"], status["ignored_problems"]) == (1, 1)


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
