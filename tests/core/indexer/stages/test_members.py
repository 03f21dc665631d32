"""Documents inside files: stored some at a time, read on after what was read before, removed with what they are in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.store.catalogue.files import MEMBER_INODE
from core.store.integrity.repair import drop_contents
from tests.builders.mailboxes import attach, letter, mailbox_of
from tests.core.indexer.stages.test_extract import StageRun, run

pytestmark = pytest.mark.slow
__all__ = ["run"]


def members(run: StageRun) -> dict[str, tuple[int, str, int]]:
    """(file id, state, generation) of each member by its path below the folder of the test."""
    rows = run.catalogue._db.execute(
        "SELECT path, id, state, generation FROM files JOIN members ON file_id = id WHERE inode = ?", (MEMBER_INODE,)
    )
    root = len(os.fsencode(run.catalogue.folders.all()[0].path)) + 1
    return {os.fsdecode(row[0])[root:]: tuple(row[1:]) for row in rows}


def named(run: StageRun) -> set[int]:
    """The files and members that are found by their names."""
    with run.index_set.names._up_to_date():
        return set(run.index_set.names._slots)


def read(run: StageRun, path: Path) -> None:
    """Read a file, and all that is in it."""
    number = run.enqueue(path)
    run.until(lambda: run.stage.idle and not run.catalogue.files.is_waiting(number))


def name_of(subject: str) -> str:
    return f"2024-05-06 10.00.00 {subject}.eml"


def test_messages_and_what_is_attached_to_them_are_documents_below_their_file(run: StageRun, tmp_path: Path) -> None:
    inbox, note = tmp_path / "Inbox", tmp_path / "note.eml"
    inner = attach(letter("Inner", "Inner words"), "deep.txt", b"deepest words")
    mail = attach(letter("First", "First words"), "bill.txt", b"Invoice 17")
    inbox.write_bytes(mailbox_of(mail, attach(letter("Second"), "inner.eml", inner.as_bytes())))
    note.write_bytes(attach(attach(letter("Third"), "bill.txt", b"Invoice 17"), "tool.exe", b"MZ").as_bytes())
    read(run, inbox)
    read(run, note)
    first, second = f"Inbox/{name_of('First')}", f"Inbox/{name_of('Second')}"
    found = members(run)
    assert {path: entry[1] for path, entry in found.items()} == {
        first: "read",
        f"{first}/bill.txt": "read",
        second: "read",
        f"{second}/inner.eml": "read",  # what is attached to it, is one too deep
        "note.eml/bill.txt": "read",
        "note.eml/tool.exe": "named",
    }
    assert run.text(tmp_path / f"{first}/bill.txt") == "Invoice 17"
    assert "Inner words" in run.text(tmp_path / f"{second}/inner.eml")
    assert run.text(inbox) == ""
    contents = run.catalogue.contents
    content = run.catalogue.content_of(os.fsencode(note) + b"/bill.txt") or 0
    assert len(contents.files_with([content])[content]) == 2  # the same bytes are one content, wherever they are
    located = run.catalogue.members.location(os.fsencode(tmp_path / f"{second}/inner.eml"))
    assert located is not None
    assert (located.container, [os.fsdecode(step) for step, _ in located.steps]) == (
        os.fsencode(inbox),
        [name_of("Second"), "inner.eml"],
    )
    assert {entry[0] for entry in found.values()} <= named(run)


def test_only_what_is_appended_to_a_mailbox_is_read(run: StageRun, tmp_path: Path) -> None:
    inbox = tmp_path / "Inbox"
    filler = [letter(f"Filler {number}", "word " * 4_000) for number in range(8)]  # more than is compared at either end
    first = mailbox_of(*filler[:4], letter("Middle"), *filler[4:], attach(letter("Last"), "a.txt", b"attached"))
    inbox.write_bytes(first)
    read(run, inbox)
    before = members(run)
    changed = first.replace(b"Subject: Middle", b"Subject: Muddle") + mailbox_of(letter("New"))
    inbox.write_bytes(changed)
    read(run, inbox)
    after = members(run)
    assert after.keys() - before.keys() == {f"Inbox/{name_of('New')}"}
    assert {path: after[path] for path in before} == before  # what is between was not looked at


def test_a_message_that_was_written_half_is_read_whole_later(run: StageRun, tmp_path: Path) -> None:
    inbox = tmp_path / "Inbox"
    whole = mailbox_of(letter("First"), letter("Second", "The end of it."))
    inbox.write_bytes(whole[: whole.index(b"Subject: Second") + 12])
    read(run, inbox)
    assert set(members(run)) == {f"Inbox/{name_of('First')}", f"Inbox/{name_of('Sec')}"}
    inbox.write_bytes(whole)
    read(run, inbox)
    assert set(members(run)) == {f"Inbox/{name_of('First')}", f"Inbox/{name_of('Second')}"}
    assert "The end of it." in run.text(inbox / name_of("Second"))


def test_a_message_that_is_removed_goes_with_its_attachments_and_the_others_stay(run: StageRun, tmp_path: Path) -> None:
    inbox = tmp_path / "Inbox"
    gone = attach(letter("Gone"), "gone.txt", b"gone")
    kept = [attach(letter(subject), "kept.txt", b"kept") for subject in ("First", "Last")]
    inbox.write_bytes(mailbox_of(kept[0], gone, kept[1]))
    read(run, inbox)
    before = members(run)
    inbox.write_bytes(mailbox_of(*kept))
    read(run, inbox)
    after = members(run)
    assert before.keys() - after.keys() == {f"Inbox/{name_of('Gone')}", f"Inbox/{name_of('Gone')}/gone.txt"}
    assert {path: entry[:2] for path, entry in after.items()} == {path: before[path][:2] for path in after}
    assert named(run) & {before[path][0] for path in before} == {entry[0] for entry in after.values()}
    run.catalogue.files.remove([run.catalogue.files.lookup(os.fsencode(inbox))[1].id])  # type: ignore[index]
    assert members(run) == {}
    assert run.catalogue.files.ids_in(run.folder) == []


def test_messages_of_one_name_are_told_apart_and_the_same_message_twice_is_one(run: StageRun, tmp_path: Path) -> None:
    inbox = tmp_path / "Inbox"
    inbox.write_bytes(mailbox_of(letter("Same", "one"), letter("Same", "two"), letter("Same", "one")))
    read(run, inbox)
    found = members(run)
    assert sorted(run.text(tmp_path / path).rpartition("\n")[2] for path in found) == ["one", "two"]
    inbox.write_bytes(inbox.read_bytes() + mailbox_of(letter("Other")))
    read(run, inbox)
    assert members(run).keys() == found.keys() | {f"Inbox/{name_of('Other')}"}


def test_a_mailbox_is_read_on_where_a_kill_left_it(run: StageRun, tmp_path: Path) -> None:
    inbox = tmp_path / "Inbox"
    inbox.write_bytes(mailbox_of(*(letter(f"Number {number}", f"words {number}") for number in range(250))))
    number = run.enqueue(inbox)
    run.until(lambda: members(run))
    run.stage.close()
    state = run.catalogue.members.state(number)
    assert state is not None
    assert run.catalogue.files.is_waiting(number)
    count = len(members(run))
    assert 0 < count < 250
    first = mailbox_of(*(letter(f"Number {number}", f"words {number}") for number in range(count)))
    assert state.read_to == len(first)
    run.start()
    run.until(lambda: run.stage.idle and not run.catalogue.files.is_waiting(number))
    assert {entry[1:] for entry in members(run).values()} == {("read", 1)}
    assert len(members(run)) == 250


def test_an_attachment_that_must_be_read_again_has_its_file_read(run: StageRun, tmp_path: Path) -> None:
    inbox = tmp_path / "Inbox"
    inbox.write_bytes(mailbox_of(letter("First"), attach(letter("Second"), "a.txt", b"attached")))
    read(run, inbox)
    path = os.fsencode(inbox / name_of("Second") / "a.txt")
    drop_contents(run.catalogue._db, [run.catalogue.content_of(path) or 0])  # as the doctor does with a damaged one
    run.stage.reload()
    run.until(lambda: run.stage.idle and not run.catalogue.is_waiting(path))
    assert run.text(inbox / name_of("Second") / "a.txt") == "attached"
    assert {entry[1] for entry in members(run).values()} == {"read"}


def test_a_file_that_holds_no_messages_any_more_has_no_members(run: StageRun, tmp_path: Path) -> None:
    inbox = tmp_path / "Inbox"
    inbox.write_bytes(mailbox_of(letter("First"), letter("Second")))
    read(run, inbox)
    assert len(members(run)) == 2
    inbox.write_text("A note about the harbour.")
    read(run, inbox)
    assert (members(run), run.text(inbox)) == ({}, "A note about the harbour.")


def test_a_message_over_the_limit_is_a_problem_of_its_own_and_a_mailbox_may_be_over_it(
    run: StageRun, tmp_path: Path
) -> None:
    inbox, disk = tmp_path / "Inbox", tmp_path / "image"
    inbox.write_bytes(mailbox_of(*(attach(letter(f"{n}"), "a.txt", b"word " * n) for n in (100, 2_100))))
    disk.write_bytes(b"plain text " * 2_000)  # its name says nothing, it may have been a mailbox
    read(run, inbox)
    read(run, disk)
    found = {path.rpartition("00 ")[2]: entry[1] for path, entry in members(run).items()}
    assert found == {"100.eml": "read", "100.eml/a.txt": "read", "2100.eml": "failed"}
    assert os.fsencode(disk) in run.catalogue.named_files.paths()
