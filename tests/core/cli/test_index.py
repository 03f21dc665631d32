"""`findling index`: its output, and what it does not change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import settings as settings_file
from core.library import Library
from tests.core.cli.conftest import library_with_settings, run_command, write_documents
from tests.core.engine.conftest import Running

pytestmark = pytest.mark.slow


def test_indexing_tells_what_it_did(engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, docs = library_with_settings(tmp_path / "library", engine), write_documents(tmp_path / "docs")
    code, out, err = run_command(capsys, "index", docs, "--library", root)
    assert code == 0, err
    lines = out.splitlines()
    assert lines[0].startswith("5 files, ")
    assert [line.split()[0] for line in lines[1:4]] == ["names", "words", "meaning"]
    assert "5 done, 0 waiting, 0 failed" in lines[1]
    assert "3 done, 0 waiting, 1 failed" in lines[2]
    assert "3 done, 0 waiting, 1 failed; complete after" in lines[3]
    assert "files/s" in lines[1]
    assert "MB/s" in lines[2]
    assert "1 problem:" in out
    assert "Damaged, or with the wrong extension: 1 file." in out
    assert "broken.pdf" in out


def test_indexing_again_embeds_nothing(engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, docs = library_with_settings(tmp_path / "library", engine), write_documents(tmp_path / "docs")
    sent = []
    for _ in range(2):
        assert run_command(capsys, "index", docs, "--library", root)[0] == 0
        sent.append(json.loads(run_command(capsys, "status", "--json", "--library", root)[1])["passages_embedded"])
    assert sent[0] == sent[1] > 0


def test_indexing_until_words_needs_no_engine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, docs = tmp_path / "library", write_documents(tmp_path / "docs")
    root.mkdir()
    nobody = {"engine": "remote", "remote_url": "http://127.0.0.1:9/v1", "model": "english"}
    (root / "settings.json").write_text(json.dumps(nobody))
    code, out, _ = run_command(capsys, "index", docs, "--until", "words", "--library", root)
    assert code == 0
    assert "meaning" not in out.split("passages")[0]
    code, out, _ = run_command(capsys, "search", "harbour", "--library", root)
    assert code == 0
    assert "harbour.txt" in out


def test_another_model_is_kept_for_the_next_time(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, docs = library_with_settings(tmp_path / "library", engine), write_documents(tmp_path / "docs")
    code, _, _ = run_command(capsys, "index", docs, "--until", "names", "--model", "multilingual", "--library", root)
    assert code == 0
    kept = settings_file.load(root / settings_file.SETTINGS_NAME)
    assert (kept.model, kept.engine, kept.remote_url) == ("multilingual", "remote", engine.url)


def test_a_single_file_and_several_paths_can_be_given(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, docs = library_with_settings(tmp_path / "library", engine), write_documents(tmp_path / "docs")
    more = tmp_path / "more"
    more.mkdir()
    (more / "a.txt").write_text("More words.")
    code, out, _ = run_command(capsys, "index", docs / "harbour.txt", more, "--library", root)
    assert code == 0
    assert out.startswith("2 files, ")


def test_a_path_that_is_not_there_is_told(engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = library_with_settings(tmp_path / "library", engine)
    code, out, err = run_command(capsys, "index", tmp_path / "nowhere", "--library", root)
    assert (code, out) == (3, "")
    assert err.startswith("findling: There is no file or folder")
    assert len(err.splitlines()) == 1


def test_a_library_that_another_one_writes_to_is_told(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, docs = library_with_settings(tmp_path / "library", engine), write_documents(tmp_path / "docs")
    with Library.open(root):
        code, _, err = run_command(capsys, "index", docs, "--library", root)
        assert code == 3
        assert "Another Findling" in err
        assert run_command(capsys, "status", "--library", root)[0] == 0
