"""Messages and what is attached to them, from the folder to the result: found, shown, opened, taken over."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from blake3 import blake3

from core.api.json_values import hit_as_json
from core.chunk import chunking_config
from core.document import Document
from core.extract import EXTRACTOR_VERSION
from core.library import Library
from core.store.catalogue import schema
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from tests.builders import documents
from tests.builders.catalogues import lines_of
from tests.builders.mailboxes import attach, letter, mailbox_of
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote

pytestmark = pytest.mark.slow

MIGRATIONS_BEFORE = next(n for n, script in enumerate(schema.MIGRATIONS) if "CREATE TABLE members" in script)


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """A folder with a mailbox, a Maildir and a message in a file of its own."""
    folder = tmp_path / "mail"
    (folder / "Maildir" / "cur").mkdir(parents=True)
    invoice = letter("Invoice", "Please pay the quartz bill.", Cc="Čy <cy@harbour.example>")
    bill = attach(invoice, "bill.pdf", documents.pdf(["Heron payment due"]))
    (folder / "Inbox").write_bytes(mailbox_of(letter("Harbour", "The pelican is back."), bill))
    (folder / "Maildir" / "cur" / "1714982400.M1P1.host:2,S").write_bytes(letter("Tower", "A walrus.").as_bytes())
    (folder / "note.eml").write_bytes(attach(letter("Note"), "plan.txt", b"The magpie plan.").as_bytes())
    return folder


def test_an_attachment_is_found_and_opened_and_its_file_is_named(engine: Running, mail: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(mail)
        library.wait(timeout=120)
        [hit] = library.search("=heron")
        message = mail / "Inbox" / "2024-05-06 10.00.00 Invoice.eml"
        assert (hit.path, hit.container, hit.kind) == (str(message / "bill.pdf"), str(mail / "Inbox"), "pdf")
        assert hit.member == f"{message.name}/bill.pdf"
        printed = hit_as_json(hit)
        assert (printed["path"], printed["member"]) == (str(mail / "Inbox"), hit.member)
        copy = Path(library.members.copy(hit.path) or "")
        assert copy.read_bytes() == documents.pdf(["Heron payment due"])
        assert (copy.name, stat.S_IMODE(copy.stat().st_mode), stat.S_IMODE(copy.parent.parent.stat().st_mode)) == (
            "bill.pdf",
            0o400,
            0o700,
        )
        assert library.members.file_of(hit.path) == str(copy)
        assert library.members.file_of(str(mail / "note.eml")) == str(mail / "note.eml")
        assert library.members.copy(str(mail / "nothing")) is None
        assert [hit.title for hit in library.search("from:keeper to:bob docdate:2024-05-06 =pelican")] == ["Harbour"]
        assert [hit.title for hit in library.search('to:"cy@harbour.example" type:mail')] == ["Invoice"]
        assert library.search("from:bob") == library.search("to:keeper") == []
        [walrus] = library.search("=walrus type:mail")
        assert (walrus.container, walrus.member) == ("", "")
        assert [hit.title for hit in library.search("=quartz in:Inbox")] == ["Invoice"]
        found = {Path(hit.path).name for word in ("pelican", "magpie") for hit in library.search(f"={word}")}
        assert found == {"2024-05-06 10.00.00 Harbour.eml", "plan.txt"}
        assert library.folders()[0].files == 7  # four messages, a mailbox, two attachments
        assert not library.diagnostics.examine().ailments
        assert library.diagnostics.why(hit.path).code == "read"
        explained = library.diagnostics.why(mail / "Inbox")
        assert explained.code == "members"
        assert explained.sentence == "Its 2 messages are documents of their own, which are searched."
        (mail / "Inbox").write_bytes(mailbox_of(letter("Harbour", "The pelican is back.")))
        assert library.members.copy(hit.path) is None  # it is not there any more
        library.indexing.rescan()
        library.wait(timeout=120)
        assert library.search("=heron") == []
        assert [hit.title for hit in library.search("=pelican")] == ["Harbour"]
    assert not copy.parent.parent.exists()


def test_a_conversation_does_not_flood_the_list(engine: Running, tmp_path: Path) -> None:
    said = "The narwhal swims below the tower, and nobody has seen it since Friday."
    quoted = f"On Mon, 6 May 2024, Ann wrote:\n> {said}\n"
    answers = ("I shall look for it with the boat, and take the harbour's dog along.", "The gulls came back instead.")
    (tmp_path / "mail").mkdir()
    first = letter("Narwhal", said, **{"Message-ID": "<1@x>"})
    replies = [
        letter("Re: Narwhal", f"{text}\n\n{quoted}", **{"Message-ID": f"<{text[:3]}@x>", "References": "<1@x>"})
        for text in answers
    ]
    (tmp_path / "mail" / "Inbox").write_bytes(mailbox_of(*replies, first))
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "mail")
        library.wait(timeout=120)
        [hit] = library.search("=nobody")
        assert (hit.title, [version.title for version in hit.versions]) == ("Narwhal", ["Re: Narwhal"] * 2)
        assert [hit.title for hit in library.search("=gulls")] == ["Re: Narwhal"]


def test_mail_of_an_older_library_is_read_again_as_documents_of_their_own(
    engine: Running, mail: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, place = remote(engine), tmp_path / "library"
    place.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr("core.store.catalogue.migration.MIGRATIONS", schema.MIGRATIONS[:MIGRATIONS_BEFORE])
        older = Catalogue(place, writable=True)
        folder = older.folders.add(os.fsencode(mail), single=False)
        chunking = older.passages.chunking_id(chunking_config(settings).fingerprint)
        for name, extractor, text in (
            ("Inbox", "mbox", "The pelican is back.\nPlease pay the quartz bill.\nHeron payment due"),
            ("note.eml", "eml", "Note\nThe magpie plan."),
            ("Maildir/cur/1714982400.M1P1.host:2,S", "eml", "A walrus."),
            ("large.mbox", "", ""),
        ):
            path = mail / name
            if not extractor:
                path.write_bytes(mailbox_of(letter("Sea", "The narwhal.")))
            found = path.stat()
            known = KnownFile(0, found.st_size, found.st_mtime_ns, found.st_ino)
            number = older.files.put(folder, os.fsencode(path), known, kind="mail", readable=True)
            if not extractor:
                older.files.set_failed(number, "too_large", "")
                continue
            document = Document(text, "mail", extractor=f"{extractor}/{EXTRACTOR_VERSION}")
            content = older.contents.put(blake3(path.read_bytes()).digest(), document)
            older.passages.put(content, chunking, lines_of(text))
            older.files.set_read(number, content, known, None)
        older.close()
    with Library.open(place, settings) as library:
        library.wait(timeout=120)
        paths = {word: [hit.path for hit in library.search(f"={word}")] for word in WORDS}
        assert {word: [Path(path).name for path in found] for word, found in paths.items()} == WORDS
        assert not library.diagnostics.examine().ailments


WORDS = {
    "pelican": ["2024-05-06 10.00.00 Harbour.eml"],
    "quartz": ["2024-05-06 10.00.00 Invoice.eml"],
    "heron": ["bill.pdf"],
    "magpie": ["plan.txt"],
    "walrus": ["1714982400.M1P1.host:2,S"],
    "narwhal": ["2024-05-06 10.00.00 Sea.eml"],
}
