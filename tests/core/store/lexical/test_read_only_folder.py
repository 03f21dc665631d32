"""Links to the files of an index, and their end."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.store.lexical.read_only_folder import ReadOnlyFolder


def test_a_lock_made_while_the_links_are_deleted_does_not_stop_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "meta.json").touch()
    folder = ReadOnlyFolder(tmp_path)
    assert (folder.path / "meta.json").is_symlink()
    cleanup, tries = folder._temporary.cleanup, []

    def disturbed() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OSError(39, "Directory not empty")
        cleanup()

    monkeypatch.setattr(folder._temporary, "cleanup", disturbed)
    folder.close()
    assert len(tries) == 3
    assert not folder.path.exists()
    assert (tmp_path / "meta.json").exists()
