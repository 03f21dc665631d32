"""`findling export` and `import`, and `doctor --rebuild`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.library import Library
from core.settings import Settings
from tests.core.cli.conftest import run_command


def test_an_export_is_shown_before_it_is_imported(
    capsys: pytest.CaptureFixture[str], indexed_library: Path, tmp_path: Path
) -> None:
    path, other = tmp_path / "all.json", tmp_path / "other"
    code, said, _ = run_command(capsys, "export", path, "--library", indexed_library)
    assert (code, path.is_file()) == (0, True)
    assert str(path) in said
    with Library.open(other, Settings(watch=False)):
        pass
    code, said, hint = run_command(capsys, "import", path, "--library", other)
    assert code == 0
    assert "setting engine: builtin -> remote" in said
    assert "is added" in said
    assert "--yes" in hint
    with Library.open(other, read_only=True) as library:
        assert (library.folders(), library.settings.engine) == ([], "builtin")
    code, said, _ = run_command(capsys, "import", path, "--yes", "--library", other)
    assert code == 0
    assert "before-import-" in said
    with Library.open(other, read_only=True) as library:
        assert [folder.path for folder in library.folders()] == [str(indexed_library.parent / "docs")]
        assert (library.settings.engine, library.settings.remote_key) == ("remote", "")
    before = sorted(other.iterdir())
    code, said, _ = run_command(capsys, "import", path, "--yes", "--library", other)
    assert (code, "has everything" in said, "before-import-" in said) == (0, True, False)
    assert sorted(other.iterdir()) == before


def test_a_rebuild_finds_the_same_and_reads_nothing(
    capsys: pytest.CaptureFixture[str], indexed_library: Path, tmp_path: Path
) -> None:
    root = tmp_path / "library"
    shutil.copytree(indexed_library, root)
    before = {path.relative_to(root) for path in (root / "words").rglob("*.term")}
    code, said, _ = run_command(capsys, "doctor", "--rebuild", "--library", root)
    assert code == 0
    assert "Everything is consistent." in said
    assert {path.relative_to(root) for path in (root / "words").rglob("*.term")} != before
    code, said, _ = run_command(capsys, "search", "harbour", "--library", root)
    assert code == 0
    assert "harbour.txt" in said
