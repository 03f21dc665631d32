"""The engine's log: limited, without the key, and no trouble when the disk is."""

from __future__ import annotations

from pathlib import Path

from core.engine.supervisor.log import LAST_WORDS, EngineLog


def test_the_key_is_never_written(tmp_path: Path) -> None:
    log = EngineLog(tmp_path / "engine.log", "top-secret")
    log.write("started with top-secret, so top-secret it is")
    assert (tmp_path / "engine.log").read_text(encoding="utf-8") == "started with [key], so [key] it is\n"
    assert "top-secret" not in log.last_words()


def test_it_stays_small_and_keeps_the_file_before(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "engine.log"
    log = EngineLog(path, "", max_size=1000)
    for number in range(205):
        log.write(f"line {number:04} " + "x" * 40)
    sizes = [file.stat().st_size for file in path.parent.iterdir()]
    assert len(sizes) == 2
    assert max(sizes) <= 1100
    lines = [
        *Path(f"{path}.1").read_text(encoding="utf-8").splitlines(),
        *path.read_text(encoding="utf-8").splitlines(),
    ]
    assert lines[-1].startswith("line 0204")
    assert [line[5:9] for line in lines] == [f"{number:04}" for number in range(205 - len(lines), 205)]


def test_last_words_are_the_last_lines_that_say_anything(tmp_path: Path) -> None:
    log = EngineLog(tmp_path / "engine.log", "")
    assert log.last_words() == ""
    for line in [*map(str, range(20)), "", "the end"]:
        log.write(line)
    words = log.last_words().splitlines()
    assert words[-1] == "the end"
    assert len(words) == LAST_WORDS - 1


def test_a_log_that_cannot_be_written_still_has_last_words(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file", encoding="utf-8")
    log = EngineLog(tmp_path / "logs" / "engine.log", "")
    log.write("heard all the same \udcff")
    assert log.last_words() == "heard all the same \udcff"
