"""The lexical index: search, recovery after a kill or in a damaged folder, and concurrent use."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import LibraryUnusableError
from core.store.lexical.index import LexicalIndex

TEXTS = {
    1: "The harbour is closed in winter.",
    2: "Résumé of the café's owner, Zürich",
    3: "图书馆在冬天关闭。",
    4: "港は冬の間閉鎖されます",
    5: "ท่าเรือปิดในฤดูหนาว",
    6: "도서관은 겨울에 닫는다",
    7: "Running costs of the boats",
    8: "Der Hafen ist im Winter geschlossen. Ωμέγα",
}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    index = LexicalIndex(tmp_path / "words", writable=True)
    yield index
    index.close()


@pytest.fixture
def filled_index(index: LexicalIndex) -> LexicalIndex:
    """An index with a content for each of TEXTS, under the same number."""
    for number, text in TEXTS.items():
        index.add(number, f"Title{number}", [(number, text)], number=number)
    index.commit()
    return index


def ids(index: LexicalIndex, query: str, *, complete: bool = False) -> list[int]:
    return [number for number, _ in index.search(query, 50, complete=complete)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("harbour", [1]),
        ("HARBOURS", [1]),
        ("run cost", [7]),
        ("boat", [7]),
        ("resume cafe", [2]),
        ("Résumé Café", [2]),
        ("zurich", [2]),
        ("图书馆", [3]),
        ("图书", [3]),
        ("图", [3]),
        ("冬", [3, 4]),
        ("閉鎖", [4]),
        ("ฤดูหนาว", [5]),
        ("겨울", [6]),
        ("ωμέγα", [8]),
        ("title7", [7]),
        ("nothing like it", []),
        ("", []),
        ("?!.,", []),
        ("🦊", []),
        ("书图", []),
    ],
)
def test_a_query_finds(filled_index: LexicalIndex, query: str, expected: list[int]) -> None:
    assert sorted(ids(filled_index, query)) == expected


def test_stop_words_count_only_if_there_is_nothing_else(filled_index: LexicalIndex) -> None:
    assert ids(filled_index, "the harbour") == [1]
    assert set(ids(filled_index, "the")) == {1, 2, 7}


def test_a_passage_that_has_the_whole_query_scores_about_its_weight(filled_index: LexicalIndex) -> None:
    (_, score), *_ = filled_index.search("harbour", 1)
    assert 0.7 < score / filled_index.idf_weight("harbour") < 1.4
    assert score / filled_index.idf_weight("harbour unheard of") < 0.6
    assert filled_index.idf_weight("") == 0


def test_the_signs_of_a_query_language_are_only_text(filled_index: LexicalIndex) -> None:
    for query in ('"harbour', "harbour AND (", "body:harbour", "harbour~2^", "-harbour", "har*bour harbour", "\\"):
        assert set(ids(filled_index, query)) <= {1}


def test_a_last_word_that_is_found_nowhere_is_completed(filled_index: LexicalIndex) -> None:
    assert ids(filled_index, "harb") == []
    assert ids(filled_index, "harb", complete=True) == [1]
    assert ids(filled_index, "winter harb", complete=True)[0] == 1
    assert ids(filled_index, "harb closed", complete=True) == [1]
    assert ids(filled_index, "h", complete=True) == []
    assert ids(filled_index, "Zür", complete=True) == [2]


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("They met the admini-\nstration of the port.", ["administration", "administrations"]),
        ("Die Haftpflichtver\u2010\n  sicherungspolice.", ["Haftpflichtversicherungspolice"]),
        ("The hydro-\n\nelectric plant.", ["hydroelectric"]),
        ("It is a mid-\nterm elective.", ["mid-term", "midterm", "term"]),
    ],
)
def test_a_word_broken_at_the_end_of_a_line_is_found(index: LexicalIndex, text: str, queries: list[str]) -> None:
    index.add(1, "", [(1, text), (2, "Baden-\nBaden")], number=1)
    index.commit()
    assert [ids(index, query) for query in queries] == [[1]] * len(queries)
    assert ids(index, "badenbaden") == [2]  # as two words next to each other
    assert [index.passages_with(query, exact=True).tolist() for query in queries[:1]] == [[1]]


def test_the_best_comes_first_within_the_limit(index: LexicalIndex) -> None:
    index.add(1, "", [(10, "fox and dog"), (11, "fox fox fox"), (12, "dog")], number=1)
    index.commit()
    assert ids(index, "fox") == [11, 10]
    assert index.search("fox", 1)[0][0] == 11
    scores = [score for _, score in index.search("fox dog", 10)]
    assert scores == sorted(scores, reverse=True)


def test_what_is_not_committed_is_not_found(index: LexicalIndex) -> None:
    index.add(1, "", [(1, "harbour")], number=4)
    assert ids(index, "harbour") == []
    assert (index.pending_change, index.last_change) == (4, 0)
    index.commit()
    assert ids(index, "harbour") == [1]
    assert index.last_change == 4
    index.commit()


def test_a_content_put_again_takes_the_place_of_the_older_one(filled_index: LexicalIndex) -> None:
    filled_index.add(1, "", [(101, "a lighthouse")], number=20)
    filled_index.commit()
    assert ids(filled_index, "harbour") == []
    assert ids(filled_index, "lighthouse") == [101]


def test_a_content_that_was_removed_is_not_found(filled_index: LexicalIndex) -> None:
    filled_index.remove(1, number=20)
    filled_index.remove(777, number=21)
    filled_index.commit()
    assert ids(filled_index, "harbour") == []
    assert ids(filled_index, "closed winter") == [8]
    assert filled_index.last_change == 21


def test_it_goes_on_where_it_was(tmp_path: Path, filled_index: LexicalIndex) -> None:
    filled_index.add(50, "", [(50, "never committed")], number=50)
    filled_index.close()
    again = LexicalIndex(tmp_path / "words", writable=True)
    assert again.last_change == 8
    assert ids(again, "harbour") == [1]
    assert ids(again, "never") == []
    again.add(50, "", [(50, "never committed")], number=50)
    again.commit()
    assert ids(again, "never") == [50]
    again.close()


def test_a_kill_between_commit_and_its_note_makes_no_duplicates(tmp_path: Path, filled_index: LexicalIndex) -> None:
    filled_index.close()
    (tmp_path / "words" / "reached.json").unlink()
    again = LexicalIndex(tmp_path / "words", writable=True)
    assert again.last_change == 0
    for number, text in TEXTS.items():
        again.add(number, f"Title{number}", [(number, text)], number=number)
    again.commit()
    for query in ("harbour", "图书", "title7"):
        assert len(ids(again, query)) == 1
    again.close()


@pytest.mark.parametrize("note", ["", "garbage", "null", "[1]", "\udcff", "1e9"])
def test_a_broken_note_means_a_new_index(tmp_path: Path, filled_index: LexicalIndex, note: str) -> None:
    filled_index.close()
    (tmp_path / "words" / "reached.json").write_bytes(note.encode("utf-8", "surrogateescape"))
    again = LexicalIndex(tmp_path / "words", writable=True)
    assert again.last_change == 0
    assert ids(again, "harbour") == []
    again.close()


def breakages() -> dict[str, str]:
    return {"garbage meta": "meta.json", "empty meta": "meta.json", "no segment": ".store", "cut segment": ".idx"}


@pytest.mark.parametrize("kind", list(breakages()))
def test_a_broken_index_is_rebuilt(tmp_path: Path, filled_index: LexicalIndex, kind: str) -> None:
    filled_index.close()
    folder = tmp_path / "words"
    (target,) = [file for file in folder.iterdir() if file.name.endswith(breakages()[kind])]
    if kind == "no segment":
        target.unlink()
    else:
        target.write_bytes({"garbage meta": b"{nonsense", "empty meta": b"", "cut segment": b"\x00"}[kind])
    again = LexicalIndex(folder, writable=True)
    assert again.last_change == 0
    assert ids(again, "harbour") == []
    again.add(1, "", [(1, "harbour")], number=1)
    again.commit()
    assert ids(again, "harbour") == [1]
    again.close()


def test_an_index_of_another_analysis_version_is_rebuilt(tmp_path: Path) -> None:
    import tantivy

    folder = tmp_path / "words"
    folder.mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("other")
    tantivy.Index(builder.build(), str(folder))
    index = LexicalIndex(folder, writable=True)
    index.add(1, "", [(1, "harbour")], number=1)
    index.commit()
    assert ids(index, "harbour") == [1]
    index.close()


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("a file")
    with pytest.raises(LibraryUnusableError, match="cannot be used"):
        LexicalIndex(tmp_path / "words", writable=True)
    with pytest.raises(LibraryUnusableError, match="cannot be used"):
        LexicalIndex(tmp_path / "words", writable=False)


def test_a_reader_of_a_broken_index_does_not_delete_it(tmp_path: Path, filled_index: LexicalIndex) -> None:
    filled_index.close()
    meta = tmp_path / "words" / "meta.json"
    meta.write_text("{nonsense")
    with pytest.raises(LibraryUnusableError):
        LexicalIndex(tmp_path / "words", writable=False)
    assert meta.read_text() == "{nonsense"


def test_a_reader_of_an_index_that_was_never_made_finds_nothing(tmp_path: Path) -> None:
    reader = LexicalIndex(tmp_path / "nowhere", writable=False)
    assert ids(reader, "harbour", complete=True) == []
    reader.close()
    assert not (tmp_path / "nowhere").exists()


def test_a_reader_opens_while_another_writes(tmp_path: Path, filled_index: LexicalIndex) -> None:
    filled_index.add(20, "", [(20, "harbour lights")], number=20)
    reader = LexicalIndex(tmp_path / "words", writable=False)
    assert ids(reader, "harbour") == [1]
    filled_index.commit()
    later = LexicalIndex(tmp_path / "words", writable=False)
    assert sorted(ids(later, "harbour")) == [1, 20]
    reader.close()
    later.close()


def test_a_reset_deletes_everything(filled_index: LexicalIndex) -> None:
    filled_index.add(20, "", [(20, "harbour lights")], number=20)
    filled_index.reset()
    assert (filled_index.pending_change, filled_index.last_change) == (0, 0)
    assert ids(filled_index, "harbour") == []
    filled_index.add(1, "", [(1, "harbour")], number=1)
    filled_index.commit()
    assert ids(filled_index, "harbour") == [1]


def test_long_words_and_control_characters_do_no_harm(index: LexicalIndex) -> None:
    index.add(1, "\x00\n", [(1, "x" * 100_000 + " harbour \x00\x01 " + "é" * 200)], number=1)
    index.commit()
    assert ids(index, "harbour") == [1]
    assert ids(index, "x" * 100_000) == []


def test_searching_while_another_thread_writes(filled_index: LexicalIndex) -> None:
    stop, wrong = threading.Event(), []

    def search() -> None:
        try:
            while not stop.is_set():
                if 1 not in ids(filled_index, "harbour Winter 冬", complete=True):
                    wrong.append("not found")
        except Exception as error:  # noqa: BLE001
            wrong.append(repr(error))

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(100, 112):
        filled_index.add(number, "More", [(number, f"passage {number} 冬天")], number=number)
        filled_index.commit()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(ids(filled_index, "passage")) == 12


def test_what_a_search_in_damaged_files_raises_is_known_as_damage(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    index = LexicalIndex(whole, writable=True)
    for number in range(50):
        index.add(number, "", [(number, f"lighthouse word{number} harbour " * 20)], number=number + 1)
    index.commit()
    index.close()
    raised: list[tuple[LexicalIndex, BaseException]] = []
    for place in range(1, 17):
        folder = tmp_path / str(place)
        shutil.copytree(whole, folder)
        path = max(folder.glob("*.idx"))
        data = bytearray(path.read_bytes())
        middle = place * len(data) // 20
        data[middle : middle + 40] = b"\xff" * 40
        path.write_bytes(data)
        broken = LexicalIndex(folder, writable=False)
        try:
            broken.search("lighthouse word7", 10)
        except BaseException as error:  # noqa: BLE001 - what it is, is what is asked
            raised.append((broken, error))
    assert raised, "no damage was met"
    assert all(broken.note_damage(error) is not None and broken.is_damaged for broken, error in raised), raised
    assert index.note_damage(ValueError("another one")) is None
    assert index.note_damage(KeyboardInterrupt()) is None


def test_what_is_remembered_of_a_query_is_forgotten_with_the_next_commit(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "words", writable=True)
    index.add(1, "", [(1, "Notes about railways.")], number=1)
    index.commit()
    assert [term.match_mode for term in index.queries().terms("railroads")] == ["fuzzy"]
    assert [term.match_mode for term in index.queries().terms("railroads")] == ["fuzzy"]
    assert [number for number, _ in index.search("railroads", 10)] == []
    index.add(2, "", [(2, "Notes about railroads.")], number=2)
    index.commit()
    assert [term.match_mode for term in index.queries().terms("railroads")] == ["forms"]
    assert [number for number, _ in index.search("railroads", 10)] == [2]
    index.close()


def test_it_is_searched_and_written_after_its_memory_was_given_back(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "words", writable=True)
    index.add(1, "", [(10, "The ferry leaves at noon.")], number=1)
    index.commit()
    for _ in range(200):  # which reads pages of all its files
        index.search("ferry", 5)
    before = index.queries()
    index.release_memory()
    mapped = [line for line in Path("/proc/self/smaps").read_text().splitlines() if f"{tmp_path}/" in line]
    assert mapped, "the files stay open"
    assert [passage for passage, _ in index.search("ferry", 5)] == [10]
    query = before.any_term("ferry")
    assert query is not None
    assert [passage for passage, _ in before.top_hits(query, 5)] == [10], "a search that had begun goes on"
    index.add(2, "", [(20, "Another ferry leaves at night.")], number=2)
    index.release_memory()  # while there is something to commit
    index.commit()
    assert sorted(passage for passage, _ in index.search("ferry", 5)) == [10, 20]
    index.close()
    index = LexicalIndex(tmp_path / "words", writable=True)
    assert index.last_change == 2
    index.close()
