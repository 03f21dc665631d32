"""The command line: what it prints, in what form, and with which exit code it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import paths
from core import settings as settings_file
from core.__main__ import main
from core.library import Library
from tests.engine.conftest import Running, fake
from tests.library.conftest import remote

HIT = {
    "path", "title", "kind", "page", "score", "lanes", "snippet", "marks", "passages", "size", "modified", "also_at",
    "findings", "chance", "band", "answers", "nearest",
}  # fmt: skip
PASSAGE = {
    "passage_id", "start", "end", "page", "line", "unit", "label", "score", "lanes", "snippet", "marks",
}  # fmt: skip
WILD = os.fsdecode(b"caf\xe9 \x1b[31m\nmenu.txt")  # neither UTF-8, nor a line, nor harmless on a terminal


@pytest.fixture(scope="module")
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


def write_documents(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "harbour.txt").write_text("The harbour is closed in winter.\n\nIn spring the boats come back.")
    (folder / "图书馆.md").write_text("# 图书馆\n\n图书馆在冬天关闭。")
    (folder / WILD).write_text("Soup of the day: lighthouse soup.")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


def prepared(root: Path, engine: Running) -> Path:
    """A library's folder with settings that name the fake engine."""
    root.mkdir(parents=True)
    settings_file.save(remote(engine), root / settings_file.NAME)
    return root


@pytest.fixture(scope="module")
def indexed(engine: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with the documents in it; not to be written by a test."""
    folder = tmp_path_factory.mktemp("indexed")
    root = prepared(folder / "library", engine)
    assert main(["index", str(write_documents(folder / "docs")), "--library", str(root)]) == 0
    return root


def spoken(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of a command in this process."""
    capsys.readouterr()
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as ended:
        code = int(ended.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def listed(out: str) -> list[str]:
    """The lines of the hits, without the one that says how likely any of them is an answer."""
    return [line for line in out.splitlines() if not line.startswith("Nothing seems")]


def started(*arguments: str | Path, **more: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "core", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=paths.resources().parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more
    )


# index


def test_indexing_tells_what_it_did(engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, docs = prepared(tmp_path / "library", engine), write_documents(tmp_path / "docs")
    code, out, err = spoken(capsys, "index", docs, "--library", root)
    assert code == 0, err
    lines = out.splitlines()
    assert lines[0].startswith("5 files, ")
    assert [line.split()[0] for line in lines[1:4]] == ["names", "words", "meaning"]
    assert "5 done, 0 waiting, 0 failed" in lines[1]
    assert "3 done, 0 waiting, 1 failed" in lines[2]
    assert "3 done, 0 waiting, 1 failed; complete after" in lines[3]
    assert "files/s" in lines[1]
    assert "MB/s" in lines[2]
    assert "1 problems:" in out
    assert "broken.pdf: Its contents are damaged" in out


def test_indexing_again_embeds_nothing(engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, docs = prepared(tmp_path / "library", engine), write_documents(tmp_path / "docs")
    sent = []
    for _ in range(2):
        assert spoken(capsys, "index", docs, "--library", root)[0] == 0
        sent.append(json.loads(spoken(capsys, "status", "--json", "--library", root)[1])["passages_embedded"])
    assert sent[0] == sent[1] > 0


def test_indexing_until_words_needs_no_engine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, docs = tmp_path / "library", write_documents(tmp_path / "docs")
    root.mkdir()
    nobody = {"engine": "remote", "remote_url": "http://127.0.0.1:9/v1", "model": "english"}
    (root / "settings.json").write_text(json.dumps(nobody))
    code, out, _ = spoken(capsys, "index", docs, "--until", "words", "--library", root)
    assert code == 0
    assert "meaning" not in out.split("passages")[0]
    code, out, _ = spoken(capsys, "search", "harbour", "--library", root)
    assert code == 0
    assert "harbour.txt" in out


def test_another_model_is_kept_for_the_next_time(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, docs = prepared(tmp_path / "library", engine), write_documents(tmp_path / "docs")
    code, _, _ = spoken(capsys, "index", docs, "--until", "names", "--model", "multilingual", "--library", root)
    assert code == 0
    kept = settings_file.load(root / settings_file.NAME)
    assert (kept.model, kept.engine, kept.remote_url) == ("multilingual", "remote", engine.url)


def test_a_single_file_and_several_paths_can_be_given(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, docs = prepared(tmp_path / "library", engine), write_documents(tmp_path / "docs")
    more = tmp_path / "more"
    more.mkdir()
    (more / "a.txt").write_text("More words.")
    code, out, _ = spoken(capsys, "index", docs / "harbour.txt", more, "--library", root)
    assert code == 0
    assert out.startswith("2 files, ")


def test_a_path_that_is_not_there_is_told(engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = prepared(tmp_path / "library", engine)
    code, out, err = spoken(capsys, "index", tmp_path / "nowhere", "--library", root)
    assert (code, out) == (3, "")
    assert err.startswith("findling: There is no file or folder")
    assert len(err.splitlines()) == 1


def test_a_library_that_another_one_writes_to_is_told(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, docs = prepared(tmp_path / "library", engine), write_documents(tmp_path / "docs")
    with Library.open(root):
        code, _, err = spoken(capsys, "index", docs, "--library", root)
        assert code == 3
        assert "Another Findling" in err
        assert spoken(capsys, "status", "--library", root)[0] == 0


# search


def test_hits_are_printed_for_a_person(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = spoken(capsys, "search", "harbour winter", "--library", indexed)
    assert (code, err) == (0, "")
    lines = listed(out)
    assert lines[0].startswith(" 1. harbour.txt  [meaning")
    assert lines[1].endswith("/docs/harbour.txt")
    assert "The harbour is closed in winter." in lines[2]
    assert "\x1b" not in out


def test_what_is_printed_cannot_disturb_a_terminal(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = spoken(capsys, "search", "lighthouse", "--library", indexed)
    assert code == 0
    assert listed(out)[0].startswith(" 1. caf\ufffd \ufffd[31m\ufffdmenu.txt")
    assert "\x1b" not in out


def test_hits_as_json_are_one_line(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = spoken(capsys, "search", "harbour", "-n", "2", "--json", "--library", indexed)
    assert code == 0
    assert len(out.splitlines()) == 1
    answer = json.loads(out)
    assert answer["query"] == "harbour"
    assert 1 <= len(answer["hits"]) <= 2
    hit = answer["hits"][0]
    assert hit.keys() == HIT
    assert hit["path"].endswith("/docs/harbour.txt")
    assert set(hit["lanes"]) <= {"names", "words", "meaning"}
    assert hit["passages"][0].keys() == PASSAGE
    assert [hit["snippet"][start:end] for start, end in hit["marks"]] == ["harbour"]


def test_a_path_in_json_is_the_path(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = spoken(capsys, "search", "lighthouse", "-n", "1", "--json", "--library", indexed)
    (hit,) = json.loads(out)["hits"]
    assert hit["path"].endswith("/caf\ufffd \x1b[31m\nmenu.txt")


def test_no_more_than_asked(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = spoken(capsys, "search", "the", "-n", "1", "--json", "--library", indexed)
    assert len(json.loads(out)["hits"]) == 1


def test_nothing_found_has_a_code_of_its_own(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = prepared(tmp_path / "library", engine)
    (tmp_path / "empty").mkdir()
    assert spoken(capsys, "index", tmp_path / "empty", "--library", root)[0] == 0
    assert spoken(capsys, "search", "harbour", "--library", root)[:2] == (1, "Nothing was found.\n")
    code, out, _ = spoken(capsys, "search", "harbour", "--json", "--library", root)
    assert (code, json.loads(out)["hits"]) == (1, [])


def test_a_batch_is_answered_line_by_line(indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queries = [{"_id": "q1", "text": "harbour", "more": 1}, {"_id": 7, "text": "图书馆"}, {"_id": "q3", "text": ""}]
    batch = tmp_path / "queries.jsonl"
    batch.write_text("\n".join(json.dumps(query) for query in queries) + "\n\n", encoding="utf-8")
    code, out, _ = spoken(capsys, "search", "--batch", batch, "--json", "-n", "1", "--library", indexed)
    assert code == 0
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["_id"] for answer in answers] == ["q1", "7", "q3"]
    assert all(answer.keys() == {"_id", "hits"} for answer in answers)
    assert [len(answer["hits"]) for answer in answers] == [1, 1, 0]
    assert answers[1]["hits"][0]["path"].endswith("图书馆.md")


@pytest.mark.parametrize(
    "line", ["nonsense", "[]", "7", "null", '{"_id": "x"}', '{"text": "x"}', '"text"', '{"_id": "x", "text": "y"'
             , "[" * 100_000]
)  # fmt: skip
def test_a_line_that_is_no_query_is_told_with_its_number(
    indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    batch = tmp_path / "queries.jsonl"
    batch.write_text('{"_id": "good", "text": "harbour"}\n\n' + line)
    code, out, err = spoken(capsys, "search", "--batch", batch, "--json", "--library", indexed)
    assert code == 3
    assert json.loads(out)["_id"] == "good"
    assert "Line 3 of" in err
    assert len(err.splitlines()) == 1


def test_a_batch_that_cannot_be_read_is_told(indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"_id": "1", "text": "caf\xe9"}')
    for name in ("nowhere.jsonl", "latin.jsonl", "."):
        code, _, err = spoken(capsys, "search", "--batch", tmp_path / name, "--json", "--library", indexed)
        assert code == 3
        assert "cannot be read" in err


# status and problems


def test_status_for_a_person(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = spoken(capsys, "status", "--library", indexed)
    assert code == 0
    assert out.startswith(f"Library {indexed}, model english")
    assert "docs: 5 files" in out
    assert "names    5 done, 0 waiting, 0 failed" in out
    assert "ever embedded" in out
    assert "catalogue" in out


def test_status_as_json(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = spoken(capsys, "status", "--json", "--library", indexed)
    assert code == 0
    status = json.loads(out)
    assert status["lanes"]["names"] == {"done": 5, "waiting": 0, "failed": 0}
    assert status["lanes"]["words"] == {"done": 3, "waiting": 0, "failed": 1}
    assert status["lanes"]["meaning"] == {"done": 3, "waiting": 0, "failed": 1}
    assert status["passages"]["done"] == status["passages"]["total"] == status["passages_embedded"] > 0
    assert (status["engine"], status["model"], status["problems"]) == ("remote", "english", 1)
    assert status["sizes"].keys() == {"catalogue", "words", "vectors"}
    assert all(size > 0 for size in status["sizes"].values())
    assert status["library"] == str(indexed)
    assert len(status["folders"]) == 1


def test_problems_for_a_person_and_as_json(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = spoken(capsys, "problems", "--library", indexed)
    assert code == 0
    assert "broken.pdf: Its contents are damaged" in out
    code, out, _ = spoken(capsys, "problems", "--json", "--library", indexed)
    (problem,) = [json.loads(line) for line in out.splitlines()]
    assert problem.keys() == {"path", "code", "sentence", "remedy", "detail", "when"}
    assert problem["code"] == "broken"


# What goes wrong


@pytest.mark.parametrize("command", [["search", "harbour"], ["status"], ["problems"]])
def test_a_library_that_is_not_there_is_told_and_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    code, out, err = spoken(capsys, *command, "--library", tmp_path / "nowhere")
    assert (code, out) == (3, "")
    assert "There is no library" in err
    assert "findling index" in err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "command", [["search", "harbour"], ["status"], ["index", "."], ["index", ".", "--model", "english"]]
)
def test_broken_settings_are_told(
    indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    shutil.copytree(indexed, tmp_path / "library")
    (tmp_path / "library" / "settings.json").write_text("{nonsense")
    code, out, err = spoken(capsys, *command, "--library", tmp_path / "library")
    assert (code, out) == (3, "")
    assert "settings.json cannot be read. Mend or delete that file." in err


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["dance"], ["index"], ["search"], ["search", "a", "b"], ["search", "a", "-n", "0"],
        ["search", "a", "-n", "-3"],
        ["search", "a", "-n", "many"], ["search", "a", "-n", "²"], ["search", "a", "--batch", "b.jsonl"],
        ["index", ".", "--model", "gpt"], ["index", ".", "--until", "never"], ["status", "--yaml"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_has_a_code_of_its_own(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = spoken(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "usage: findling" in err


@pytest.mark.parametrize("arguments", [["--help"], ["index", "--help"], ["search", "--help"], ["status", "-h"]])
def test_help_names_the_exit_codes(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = spoken(capsys, *arguments)
    assert code == 0
    assert "exit codes: 0 done" in out


def test_the_library_of_the_environment_is_the_default(
    indexed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINDLING_LIBRARY", str(indexed))
    assert json.loads(spoken(capsys, "status", "--json")[1])["library"] == str(indexed)


# As a process of its own


def test_the_module_is_a_program(indexed: Path) -> None:
    with started("search", "harbour", "--json", "--library", indexed) as process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, b"")
    assert json.loads(out)["hits"][0]["path"].endswith("harbour.txt")


def test_a_terminal_of_another_encoding_is_no_problem(indexed: Path) -> None:
    with started("search", "图书馆", "--library", indexed, env={**os.environ, "PYTHONIOENCODING": "ascii"}) as process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, b"")
    assert b"???.md" in out


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_went_away_is_no_error(indexed: Path, unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with started("search", "harbour", "--library", indexed, env=environment) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        err = process.stderr.read()
        process.wait(timeout=120)
    assert (process.returncode, err) == (0, b"")


def test_interrupted_it_says_so_and_keeps_what_is_indexed(engine: Running, tmp_path: Path) -> None:
    root = prepared(tmp_path / "library", engine)
    docs = tmp_path / "harbour.txt"
    docs.write_text("The harbour is closed in winter.")
    nobody = {"engine": "remote", "remote_url": "http://127.0.0.1:9/v1", "model": "english"}
    (root / "settings.json").write_text(json.dumps(nobody))
    with started("index", docs, "--library", root) as process:
        pause = threading.Event()
        while process.poll() is None and not list(root.glob("words/*/reached.json")):
            pause.wait(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err.decode()
    assert out == b""
    assert err.decode().splitlines()[-1] == "findling: interrupted; what is indexed stays indexed."
    assert b"Traceback" not in err
    with Library.open(root, read_only=True) as library:
        assert [Path(hit.path).name for hit in library.search("winter", lanes=("words",))] == ["harbour.txt"]


def test_the_json_tells_how_the_query_was_read(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = spoken(capsys, "search", "harbour “type” ext:txt", "--json", "--library", indexed)
    read = json.loads(out)["read"]
    assert code in {0, 1}
    assert (read["canonical"], read["words"]) == ('harbour "type" ext:txt', "harbour type")
    assert read["operators"] == [
        {"kind": "phrase", "text": '"type"', "span": [8, 14]},
        {"kind": "filter", "text": "ext:txt", "span": [15, 22]},
    ]


def test_a_filter_that_empties_the_list_is_told(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = spoken(capsys, "search", "harbour ext:zzz", "--library", indexed)
    assert code == 1
    assert "Nothing was found." in out
    assert "Without ext:zzz: " in out


def test_conditions_alone_list_files_without_lanes(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = spoken(capsys, "search", "ext:jpg", "--library", indexed)
    assert code == 0
    assert out.splitlines()[0] == " 1. picture.jpg"
