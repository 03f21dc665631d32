"""`findling search`: hits as text, as JSON and in batches."""

from __future__ import annotations

import io
import json
import os
from functools import partial
from pathlib import Path

import pytest

from core.extract import Limits
from core.indexer.stages import extract as stages_extract
from core.library.session import query_executor
from tests.core.cli.conftest import library_with_settings, run_command, write_documents
from tests.core.engine.conftest import Running, fake

HIT = {
    "path", "title", "kind", "page", "score", "lanes", "snippet", "marks", "passages", "size", "modified", "also_at",
    "findings", "chance", "band", "answers", "answers_place", "nearest", "says_all", "versions", "tier", "title_marks",
    "sentence", "uri", "member", "unread_pages", "extent", "folded",
}  # fmt: skip
PASSAGE = {
    "passage_id", "start", "end", "page", "line", "unit", "label", "score", "lanes", "snippet", "marks", "sentence",
}  # fmt: skip


def hit_lines(out: str) -> list[str]:
    """The lines of the hits, without the one on their likelihood."""
    return [line for line in out.splitlines() if not line.startswith("Nothing seems")]


def test_hits_are_printed_for_a_person(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run_command(capsys, "search", "harbour winter", "--library", indexed_library)
    assert (code, err) == (0, "")
    lines = hit_lines(out)
    assert lines[0].startswith(" 1. harbour.txt  [meaning")
    assert lines[1].endswith("/docs/harbour.txt")
    assert "The harbour is closed in winter." in lines[2]
    assert "\x1b" not in out


def test_a_server_that_is_off_is_not_waited_for_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_executor, "ENGINE_TIMEOUT", 3600.0)
    with fake() as engine:
        root = library_with_settings(tmp_path / "library", engine)
        assert run_command(capsys, "index", write_documents(tmp_path / "docs"), "--library", root)[0] == 0
    code, out, err = run_command(capsys, "search", "harbour winter", "--library", root)
    assert code == 0
    assert hit_lines(out)[0].startswith(" 1. harbour.txt  [words")
    assert err.startswith("Searching by meaning is not possible at the moment. The engine at 127.0.0.1:")
    assert len(err.splitlines()) == 1


def test_what_is_printed_cannot_disturb_a_terminal(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_command(capsys, "search", "lighthouse", "--library", indexed_library)
    assert code == 0
    assert hit_lines(out)[0].startswith(" 1. caf\ufffd ⟨ESC⟩[31m⟨LF⟩menu.txt")
    assert "\x1b" not in out


def test_hits_as_json_are_one_line(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_command(capsys, "search", "harbour", "-n", "2", "--json", "--library", indexed_library)
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


def test_a_path_in_json_is_the_path(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run_command(capsys, "search", "lighthouse", "-n", "1", "--json", "--library", indexed_library)
    (hit,) = json.loads(out)["hits"]
    assert hit["path"].endswith("/caf\udce9 \x1b[31m\nmenu.txt")
    assert hit["uri"].endswith("/caf%E9%20%1B%5B31m%0Amenu.txt")


def test_a_question_that_is_no_text_is_answered(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run_command(capsys, "search", os.fsdecode(b"caf\xe9 harbour"), "--library", indexed_library)
    assert (code, err) == (0, "")
    assert "harbour.txt" in out


def test_no_more_than_asked(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run_command(capsys, "search", "the", "-n", "1", "--json", "--library", indexed_library)
    assert len(json.loads(out)["hits"]) == 1


def test_nothing_found_has_a_code_of_its_own(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = library_with_settings(tmp_path / "library", engine)
    (tmp_path / "empty").mkdir()
    assert run_command(capsys, "index", tmp_path / "empty", "--library", root)[0] == 0
    assert run_command(capsys, "search", "harbour", "--library", root)[:2] == (1, "Nothing was found.\n")
    code, out, _ = run_command(capsys, "search", "harbour", "--json", "--library", root)
    assert (code, json.loads(out)["hits"]) == (1, [])


def test_a_batch_is_answered_line_by_line(
    indexed_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queries = [{"_id": "q1", "text": "harbour", "more": 1}, {"_id": 7, "text": "图书馆"}, {"_id": "q3", "text": ""}]
    batch = tmp_path / "queries.jsonl"
    batch.write_text("\n".join(json.dumps(query) for query in queries) + "\n\n", encoding="utf-8")
    code, out, _ = run_command(capsys, "search", "--batch", batch, "--json", "-n", "1", "--library", indexed_library)
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
    indexed_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    batch = tmp_path / "queries.jsonl"
    batch.write_text('{"_id": "good", "text": "harbour"}\n\n' + line)
    code, out, err = run_command(capsys, "search", "--batch", batch, "--json", "--library", indexed_library)
    assert code == 3
    assert json.loads(out)["_id"] == "good"
    assert "Line 3 of" in err
    assert len(err.splitlines()) == 1


def test_a_batch_that_cannot_be_read_is_told(
    indexed_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"_id": "1", "text": "caf\xe9"}')
    for name in ("nowhere.jsonl", "latin.jsonl", "."):
        code, _, err = run_command(capsys, "search", "--batch", tmp_path / name, "--json", "--library", indexed_library)
        assert code == 3
        assert "cannot be read" in err


def test_the_json_tells_how_the_query_was_read(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_command(capsys, "search", "harbour “type” ext:txt", "--json", "--library", indexed_library)
    read = json.loads(out)["read"]
    assert code in {0, 1}
    assert (read["canonical"], read["words"]) == ('harbour "type" ext:txt', "harbour type")
    assert read["operators"] == [
        {"kind": "phrase", "text": '"type"', "span": [8, 14]},
        {"kind": "filter", "text": "ext:txt", "span": [15, 22]},
    ]


def test_what_the_conditions_left_is_told(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = "harbour ext:txt size:>1b"
    _, out, _ = run_command(capsys, "search", query, "--explain", "--library", indexed_library)
    assert out.splitlines()[0] == "Of 5 files: ext:txt leaves 2; size:>1b leaves 5; all together 2."
    _, out, _ = run_command(capsys, "search", query, "--json", "--library", indexed_library)
    told = json.loads(out)["read"]["narrowing"]
    assert told == {"files": 5, "left": 2, "by": [["ext:txt", 2], ["size:>1b", 5]]}
    _, out, _ = run_command(capsys, "search", "harbour", "--json", "--library", indexed_library)
    assert json.loads(out)["read"]["narrowing"] is None


def test_a_text_comes_from_the_input(
    indexed_library: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "The harbour is closed\nin winter.\n" * 12
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8"))
    code, out, _ = run_command(capsys, "search", "-", "--json", "--library", indexed_library)
    answer = json.loads(out)
    assert code == 0
    assert answer["query"] == " ".join(text.split())
    assert Path(answer["hits"][0]["path"]).name == "harbour.txt"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe"), "utf-8"))
    code, _, err = run_command(capsys, "search", "-", "--library", indexed_library)
    assert (code, err) == (3, "findling: The text on the input cannot be read. It must be UTF-8.\n")


def test_a_filter_that_empties_the_list_is_told(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_command(capsys, "search", "harbour ext:zzz", "--library", indexed_library)
    assert code == 1
    assert "Nothing was found." in out
    assert "Without “ext:zzz”: " in out


def test_conditions_alone_list_files_without_lanes(indexed_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_command(capsys, "search", "ext:jpg", "--library", indexed_library)
    assert code == 0
    assert out.splitlines()[0] == " 1. picture.jpg"


def test_hits_that_are_only_related_stand_under_a_line_of_their_own(
    indexed_library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run_command(capsys, "search", "harbour winter", "-n", "9", "--json", "--library", indexed_library)
    hits = json.loads(out)["hits"]
    tiers = [hit["tier"] for hit in hits]
    assert (code, tiers) == (0, sorted(tiers))
    assert {"contains", "related"} == set(tiers)
    assert [hit["folded"] for hit in hits] == [tier == "related" for tier in tiers]
    _, out, _ = run_command(capsys, "search", "harbour winter", "-n", "9", "--library", indexed_library)
    lines = out.splitlines()
    heading = lines.index("Related by meaning (less likely)")
    assert lines[heading + 1].startswith(f"{tiers.count('contains') + 1:2}. ")
    _, out, _ = run_command(capsys, "search", "harbour winter sort:name", "--json", "--library", indexed_library)
    assert not any(hit["folded"] for hit in json.loads(out)["hits"])


def test_why_tells_the_place_and_the_tier_as_the_list_does(
    indexed_library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run_command(capsys, "search", "harbour winter", "-n", "9", "--json", "--library", indexed_library)
    hits = json.loads(out)["hits"]
    containing = sum(hit["tier"] == "contains" for hit in hits)
    for rank, hit in enumerate(hits, start=1):
        arguments = ("why", hit["path"], "--query", "harbour winter", "--library", indexed_library)
        _, out, _ = run_command(capsys, *arguments, "--json")
        told = json.loads(out)["in_list"]
        assert (told["rank"], told["tier"], told["folded"]) == (rank, hit["tier"], hit["folded"])
        assert (told["band"], told["containing"], told["likely"]) == (hit["band"], containing, 0)
        _, out, _ = run_command(capsys, *arguments)
        assert f"  All results: rank {rank}, under “" in out
        assert ("hidden as less likely" in out) == hit["folded"]


def test_a_wildcard_that_is_too_broad_is_told(
    indexed_library: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.lexical.wildcards.MAX_WORDS", 1)
    sentence = "“*ou*” matches 3 words. Only the most frequent ones were searched: type more letters."
    _, out, err = run_command(capsys, "search", "*ou*", "--json", "--library", indexed_library)
    assert json.loads(out)["read"]["broad_wildcards"] == [{"text": "*ou*", "words": 3, "sentence": sentence}]
    assert sentence in err
    harbour = next(path for path in indexed_library.parent.rglob("harbour.txt"))
    why = ("why", harbour, "--query", "*ou*", "--library", indexed_library)
    assert f"  {sentence}" in run_command(capsys, *why)[1].splitlines()
    assert json.loads(run_command(capsys, *why, "--json")[1])["broad_wildcards"][0]["sentence"] == sentence


def test_a_hit_says_how_far_a_long_text_was_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages_extract, "Limits", partial(Limits, max_text_bytes=100_000))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "long.log").write_text("The pelican is back.\n" + "A line of a log.\n" * 18_000)
    with fake() as engine:
        root = library_with_settings(tmp_path / "library", engine)
        assert run_command(capsys, "index", tmp_path / "docs", "--library", root, "--until", "words")[0] == 0
        _, out, _ = run_command(capsys, "search", "=pelican", "--library", root)
    assert "Read to 100 kB of 306 kB" in hit_lines(out)[0]
