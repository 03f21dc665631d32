"""After a change of the model queries use the previous one until the new one has caught up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from core.checked_json import copy_of
from core.cli.main import main
from core.errors import WaitTimeoutError
from core.events import ModelSwitch, RetrieverProgress
from core.indexer.stages.rechunk import RechunkStage
from core.library import Library
from core.library.session.previous_model import PREVIOUS_MODEL_NAME, previous_model
from core.settings import Settings
from tests.core.engine.conftest import KEY, Running, fake
from tests.core.library.conftest import set_fault, until

pytestmark = pytest.mark.slow

ENGLISH = Settings(model="english", readers=1)  # on the real embedded engine
SAID = {
    "lease": "The flat in Berlin is let until the end of March. The rent is due on the first of each month.",
    "pie": "Peel the apples, roll out the pastry, and bake it for an hour until it is golden brown.",
    "bicycle": "The chain was oiled, and the brakes of both wheels were replaced.",
    "school": "She did well in mathematics this term, but her handwriting needs more care.",
}
QUESTION, ANSWER = "how do I make a dessert with fruit", "pie.txt"
READING = """
import json, sys
from core.library import Library
from core.settings import from_dict
with Library.open(sys.argv[1], from_dict(json.loads(sys.argv[2]))) as library:
    library.wait()
"""


def multilingual(engine: Running) -> Settings:
    return Settings(model="multilingual", engine="remote", remote_url=engine.url, remote_key=KEY, readers=1)


def qwen(engine: Running, readers: int = 1) -> Settings:
    return Settings(model="qwen3-0.6b", engine="remote", remote_url=engine.url, remote_key=KEY, readers=readers)


@pytest.fixture
def coming() -> Iterator[Running]:
    """The engine of the model that follows; it refuses to work until it is told to."""
    with fake("refuse", model="multilingual") as started:
        yield started


@pytest.fixture
def uncut(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Keeps texts from being cut for a new multilingual model, until it is undone."""
    step = RechunkStage.step
    monkeypatch.setattr(RechunkStage, "step", lambda self: [] if self._chunking.model == "multilingual" else step(self))
    return monkeypatch


def write(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in SAID.items():
        (folder / f"{name}.txt").write_text(f"A word of its own: {name}word. {text}", encoding="utf-8")
    return folder


@contextmanager
def changed(place: Path, after: Settings, before: Settings = ENGLISH) -> Iterator[Library]:
    """A library that was read with one model, and is to be read with another one."""
    with Library.open(place / "library", before) as library:
        library.add_folder(write(place / "notes"))
        library.wait(timeout=120)
        library.change_settings(after)
        library.wait("words", timeout=240)
        yield library


def by_words(library: Library) -> set[str]:
    """The documents that their own words find."""
    return {name for name in SAID if found(library, f"={name}word", "words") == [f"{name}.txt"]}


def by_meaning(library: Library) -> str:
    hits = found(library, QUESTION, "meaning")
    return hits[0] if hits else ""


def found(library: Library, query: str, retriever: str) -> list[str]:
    return [os.path.basename(hit.path) for hit in library.search(query, lanes=[retriever])]  # type: ignore[list-item]


def engines(library: Library) -> list[str]:
    """The models whose engines run."""
    session = library._sessions.current
    both = [session.engine, session._previous_engine]
    return [engine.status().model for engine in both if engine and engine.status().state in ("ready", "busy")]


def handover_of(library: Path) -> ModelSwitch:
    with Library.open(library, read_only=True) as reader:
        return reader.progress().handover or ModelSwitch("", RetrieverProgress())


def test_all_is_found_as_before_until_the_new_model_has_read_it(coming: Running, tmp_path: Path) -> None:
    with changed(tmp_path, multilingual(coming)) as library:
        assert by_words(library) == set(SAID)
        assert by_meaning(library) == ANSWER
        progress = library.progress()
        assert (progress.words.done, progress.meaning.done, progress.meaning.waiting) == (4, 4, 0)
        handover = progress.handover
        assert handover is not None
        assert (handover.model, handover.meaning.done, handover.meaning.waiting) == ("multilingual", 0, 4)
        assert handover.can_embed
        assert "all-MiniLM-L6-v2" in engines(library)
        with pytest.raises(WaitTimeoutError):
            library.wait(timeout=1)
        set_fault(coming, "")
        progress = library.wait(timeout=240)
        assert (progress.handover, progress.meaning.done) == (None, 4)
        assert engines(library) == ["multilingual-e5-small"]
        assert found(library, "peel the apples", "meaning")[0] == "pie.txt"
        assert by_words(library) == set(SAID)
        assert not (tmp_path / "library" / PREVIOUS_MODEL_NAME).exists()


@pytest.mark.parametrize("how", ["changed", "opened"])
def test_the_model_that_nobody_chose_answers_too(how: str, tmp_path: Path) -> None:
    with fake("refuse") as english:
        chosen = Settings(model="english", engine="remote", remote_url=english.url, remote_key=KEY)
        with Library.open(tmp_path / "library") as library:
            library.add_folder(write(tmp_path / "notes"))
            library.wait(timeout=120)
            if how == "changed":
                library.change_settings(chosen)
                library.wait("words", timeout=240)
                _answers_as_before(library)
        if how == "opened":
            with Library.open(tmp_path / "library", chosen) as library:
                library.wait("words", timeout=240)
                _answers_as_before(library)


def _answers_as_before(library: Library) -> None:
    handover = library.progress().handover
    assert handover is not None
    assert (handover.model, handover.can_embed) == ("english", True)
    assert by_meaning(library) == ANSWER


def test_a_new_library_has_no_former_model(tmp_path: Path) -> None:
    with fake() as english:
        chosen = Settings(model="english", engine="remote", remote_url=english.url, remote_key=KEY)
        with Library.open(tmp_path / "library", chosen) as library:
            assert not (tmp_path / "library" / PREVIOUS_MODEL_NAME).exists()
            assert library.progress().handover is None


@pytest.mark.parametrize("can_embed", [True, False])
def test_what_comes_and_goes_meanwhile_is_found_by_names_and_words(
    coming: Running, tmp_path: Path, uncut: pytest.MonkeyPatch, can_embed: bool
) -> None:
    with (
        fake(model="qwen3-0.6b") as other,
        changed(tmp_path, multilingual(coming), ENGLISH if can_embed else qwen(other)) as library,
    ):
        assert by_words(library) == set(SAID)
        notes = tmp_path / "notes"
        (notes / "heron.txt").write_text("A heron stood in the shallow water.", encoding="utf-8")
        (notes / "pie.txt").write_text("Here is nothing but a quiche.", encoding="utf-8")
        (notes / "school.txt").unlink()
        library.indexing.rescan()
        library.wait("words", timeout=240)
        assert found(library, "=heron", "words") == ["heron.txt"]
        assert found(library, "heron", "names") == ["heron.txt"]
        assert found(library, "=quiche", "words") == ["pie.txt"]
        until(lambda: by_words(library) == {"lease", "bicycle"})
        handover = library.progress().handover
        assert handover is not None
        assert handover.can_embed == can_embed
        if can_embed:
            assert "school.txt" not in found(library, "report of a pupil", "meaning")
        (notes / "school.txt").write_text(f"A word of its own: schoolword. {SAID['school']}", encoding="utf-8")
        library.indexing.rescan()
        until(lambda: by_words(library) == {"lease", "bicycle", "school"})
        uncut.undo()
        set_fault(coming, "")
        library.indexing.rescan()
        assert library.wait(timeout=240).meaning.done == 5
        assert by_words(library) == {"lease", "bicycle", "school"}
        assert library.diagnostics.examine().ailments == ()


def test_the_words_of_a_model_of_the_card_are_found_until_all_is_cut_anew(
    coming: Running, tmp_path: Path, uncut: pytest.MonkeyPatch
) -> None:
    """Its engine does not run beside another one: by meaning, what the new one has read is found."""
    with fake(model="qwen3-0.6b") as before, changed(tmp_path, multilingual(coming), qwen(before)) as library:
        assert by_words(library) == set(SAID)
        assert by_meaning(library) == ""
        set_fault(coming, "")
        (tmp_path / "notes" / "new.txt").write_text("The harbour froze over that winter.", encoding="utf-8")
        library.indexing.rescan()
        until(lambda: found(library, "a frozen harbour that winter", "meaning") == ["new.txt"])
        both = {os.path.basename(hit.path) for hit in library.search("=pieword that harbour froze over")}
        assert both == {"new.txt", "pie.txt"}
        handover = library.progress().handover
        assert handover is not None
        assert not handover.can_embed
        uncut.undo()
        library.indexing.rescan()
        assert library.wait(timeout=240).handover is None
        assert by_words(library) == set(SAID)


def test_the_former_model_answers_after_a_start_and_to_other_commands(
    coming: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with changed(tmp_path, multilingual(coming)):
        pass
    assert main(["status", "--library", str(tmp_path / "library")]) == 0
    assert "Using the previous model until multilingual is ready: 0 of 4\n" in capsys.readouterr().out
    for _ in range(2):
        with Library.open(tmp_path / "library") as library:
            library.wait("words", timeout=240)
            assert by_meaning(library) == ANSWER
            with Library.open(tmp_path / "library", read_only=True) as reader:
                assert (by_words(reader), by_meaning(reader)) == (set(SAID), ANSWER)
                told = reader.progress()
                assert told.handover == library.progress().handover
                assert (told.words, told.meaning) == (library.progress().words, library.progress().meaning)
    set_fault(coming, "")
    with Library.open(tmp_path / "library") as library:
        assert library.wait(timeout=240).handover is None
    with Library.open(tmp_path / "library", read_only=True) as reader:
        assert reader.progress().handover is None
        assert by_words(reader) == set(SAID)


def test_a_kill_half_way_loses_nothing(coming: Running, tmp_path: Path) -> None:
    """Neither what the new model has read, nor who answers."""
    library = tmp_path / "library"
    with Library.open(library, ENGLISH) as first:
        first.add_folder(write(tmp_path / "notes"))
        first.wait(timeout=120)
    set_fault(coming, "hold-after=2")
    slowly = replace(multilingual(coming), batch_tokens=64, requests_in_flight=1)
    reading = subprocess.Popen([sys.executable, "-c", READING, str(library), json.dumps(asdict(slowly))])
    until(lambda: 0 < handover_of(library).meaning.done < 4)
    reading.send_signal(signal.SIGKILL)
    reading.wait(60)
    set_fault(coming, "refuse")
    with Library.open(library) as again:
        again.wait("words", timeout=240)
        half = handover_of(library).meaning
        assert 0 < half.done < 4
        assert (by_words(again), by_meaning(again)) == (set(SAID), ANSWER)
        set_fault(coming, "")
        progress = again.wait(timeout=240)
        assert (progress.handover, progress.meaning.done) == (None, 4)
        assert progress.passages_embedded <= 4 + 4 + 1  # what was under way is sent again, nothing else
        assert again.diagnostics.examine().ailments == ()


def test_changing_back_before_the_end_costs_nothing(coming: Running, tmp_path: Path) -> None:
    with changed(tmp_path, multilingual(coming)) as library:
        sent = library.progress().passages_embedded
        library.change_settings(ENGLISH)
        progress = library.wait(timeout=240)
        assert (progress.handover, progress.meaning.done, progress.passages_embedded) == (None, 4, sent)
        assert (by_words(library), by_meaning(library)) == (set(SAID), ANSWER)
        assert not (tmp_path / "library" / PREVIOUS_MODEL_NAME).exists()


def test_a_third_model_follows_the_one_that_answers(coming: Running, tmp_path: Path) -> None:
    with fake("refuse", model="qwen3-0.6b") as third, changed(tmp_path, multilingual(coming)) as library:
        library.change_settings(qwen(third))
        library.wait("words", timeout=240)
        assert by_meaning(library) == ANSWER
        library.change_settings(qwen(third, readers=2))
        library.wait("words", timeout=240)
        assert by_meaning(library) == ANSWER
        set_fault(third, "")
        assert library.wait(timeout=240).handover is None
        library.change_settings(multilingual(coming))
        library.wait("words", timeout=240)
        assert by_words(library) == set(SAID)


def test_a_former_model_whose_engine_cannot_run_answers_by_words(
    coming: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uncut: pytest.MonkeyPatch
) -> None:
    with changed(tmp_path, multilingual(coming)):
        pass
    says = (
        """print('{"event": "failed", "sentence": "Its file is gone.", "remedy": "Install it again."}', flush=True)"""
    )
    monkeypatch.setattr("core.engine.builtin.kind.builtin_command", lambda _: ["python3", "-c", says])
    with Library.open(tmp_path / "library") as library:
        library.wait("words", timeout=240)
        assert by_meaning(library) == ""
        until(lambda: not library.progress().handover.can_embed)  # type: ignore[union-attr]
        assert by_words(library) == set(SAID)
        with Library.open(tmp_path / "library", read_only=True) as reader:
            assert by_meaning(reader) == ""
            assert by_words(reader) == set(SAID)
        uncut.undo()
        library.indexing.rescan()
        until(lambda: library.progress().handover is None)
        assert by_words(library) == set(SAID)


def test_a_note_that_makes_no_sense_is_no_former_model(coming: Running, tmp_path: Path) -> None:
    with changed(tmp_path, multilingual(coming)) as library:
        settings = library.settings
        assert previous_model(library.root, settings) is not None
        assert previous_model(library.root, ENGLISH) is None
    for path in (tmp_path / "library" / PREVIOUS_MODEL_NAME, copy_of(tmp_path / "library" / PREVIOUS_MODEL_NAME)):
        path.write_text("{half a", encoding="utf-8")
    assert previous_model(tmp_path / "library", settings) is None
    with Library.open(tmp_path / "library", replace(settings, readers=2)) as library:
        assert library.wait("words", timeout=240).handover is None
        assert by_words(library) == set(SAID)
