"""Messages and mailboxes: header, text, attachments, and places by number; also under a name that says nothing."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime

import pytest

from core.document import Document, Part
from core.extract import read_bytes
from core.extract.detect import detect
from core.extract.mail import attachments, mailbox
from core.extract.mail.parts import parse
from core.extract.members import ContainerInput, Member, path_of, unpacker_of
from tests.builders import documents, hostile_mail
from tests.builders.mailboxes import attach, letter, mailbox_of


def section(document: Document, number: int) -> tuple[Part, str]:
    part = document.parts[number]
    return part, document.text[part.start : part.end]


def members(data: bytes, name: bytes = b"a.eml", start: int = 0) -> list[Member]:
    unpacker = unpacker_of(detect(data, name))
    assert unpacker is not None
    return list(unpacker(ContainerInput(name, io.BytesIO(data), len(data), start)))


def test_a_message_has_its_header_and_its_text_and_what_is_attached_are_members() -> None:
    made = attach(letter(html="<p>The <b>foghorn</b>"), "größe.docx", documents.docx(documents.paragraph("Diaphragm")))
    made = attach(attach(made, "bill.pdf", documents.pdf(["Invoice 17"])), "photo.jpg", b"\xff\xd8\xff\xe0picture")
    document = read_bytes(made.as_bytes(), b"letter.eml")
    assert (document.title, document.kind, document.author) == ("Grüße", "mail", "Ann Keeper <ann@lighthouse.example>")
    [part] = document.parts
    assert (part.unit, part.number, part.label) == ("message", 1, "Grüße")
    assert document.text == (
        "From: Ann Keeper <ann@lighthouse.example>\nTo: bob@example.org\nDate: Mon, 06 May 2024 10:00:00 +0200\n"
        "Subject: Grüße\nAttachments: größe.docx, bill.pdf, photo.jpg\n\nThe foghorn is repaired."
    )
    found = members(made.as_bytes())
    assert [(member.name, member.place, member.following) for member in found] == [
        ("größe.docx", 0, 1),
        ("bill.pdf", 1, 2),
        ("photo.jpg", 2, 3),
    ]
    sent = datetime(2024, 5, 6, 8, 0, tzinfo=UTC).timestamp()
    assert {member.modified for member in found} == {sent}
    assert read_bytes(found[0].data, found[0].name.encode()).text == "Diaphragm"
    assert members(made.as_bytes(), start=1) == found[1:]


def test_attachments_of_one_name_have_numbers_and_names_cannot_leave_their_message() -> None:
    made = letter()
    for name in ("a.txt", "a.txt", "../../etc/passwd", "a/b.txt", "..", "x" * 300 + ".txt"):
        made = attach(made, name, b"words")
    names = [path_of(member.name) for member in members(made.as_bytes())]
    assert names[:5] == [b"a.txt", b"a (2).txt", b"..-..-etc-passwd", b"a-b.txt", b"unnamed"]
    assert names[5].endswith(b"xxx.txt")
    assert len(names[5]) <= 180


def test_pictures_that_a_text_shows_are_no_members() -> None:
    made = letter(html='<img src="cid:logo">')
    html = made.get_payload()[1]
    html.add_related(b"picture", maintype="image", subtype="png", cid="<logo>", filename="logo.png")
    assert members(attach(made, "photo.png", b"photo").as_bytes())[0].name == "photo.png"


def test_what_a_message_says_of_itself() -> None:
    first = letter(**{"Cc": "Ćy <cy@x.example>", "Bcc": "dee@x.example", "Message-ID": "<1@x>"})
    reply = letter(**{"Message-ID": "<2@x>", "In-Reply-To": "<1@x>", "References": "<1@x>"})
    other = letter(**{"Message-ID": "<9@x>"})
    found = [read_bytes(made.as_bytes(), b"a.eml") for made in (first, reply, other, letter())]
    assert found[0].recipients == "bob@example.org, Ćy <cy@x.example>, dee@x.example"
    assert (found[0].own_date, len(found[0].thread)) == ("2024-05-06", 16)
    assert found[0].thread == found[1].thread != found[2].thread
    assert found[3].thread == ""


def test_html_alone_is_read_as_text() -> None:
    made = letter()
    made.set_content("<html><script>no</script><p>One<p>Two &amp; three", subtype="html")
    assert read_bytes(made.as_bytes(), b"a.eml").text.endswith("One\n\nTwo & three")


def test_a_forwarded_message_is_in_the_text_and_what_is_attached_to_it_is_a_member() -> None:
    inner = attach(letter("Inner", "Inner words"), "deep.txt", b"deepest words")
    outer = letter()
    outer.add_attachment(inner)
    document = read_bytes(outer.as_bytes(), b"a.eml")
    assert "Inner words" in document.text
    assert "deepest words" not in document.text
    assert [(member.name, member.data) for member in members(outer.as_bytes())] == [("deep.txt", b"deepest words")]


def test_attachments_are_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_BYTES", 20)
    monkeypatch.setattr(attachments, "MAX_ATTACHMENTS", 3)
    made = letter()
    for number in (1, 9, 2, 1):
        made = attach(made, f"{number}.txt", b"word " * number)
    assert [(member.name, member.problem) for member in members(made.as_bytes())] == [
        ("1.txt", None),
        ("9.txt", "too_large"),
        ("2.txt", None),
    ]


@pytest.mark.parametrize("name", [b"mail.mbox", b"Inbox", b"1714982400.M1P1.host:2,S"])
def test_a_mailbox_is_recognised_without_an_ending_and_its_messages_have_numbers(name: bytes) -> None:
    quoted = letter("Second", "Before\n\nFrom here on it is quoted.\nAfter\n")
    gone = b"X-Mozilla-Status: 0009\n" + letter("Deleted", "Deleted words").as_bytes()
    wholes = [attach(letter("First"), "a.txt", b"attached").as_bytes(), gone, quoted.as_bytes()]
    data = b"".join(b"From - Mon May 06 10:00:00 2024\n" + whole.rstrip(b"\n") + b"\n\n" for whole in wholes)
    document = read_bytes(data, name)
    assert [(part.unit, part.number, part.label) for part in document.parts] == [
        ("message", 1, "First"),
        ("message", 3, "Second"),
    ]
    assert "From here on it is quoted." in section(document, 1)[1]
    assert "Deleted words" not in document.text


def test_each_message_of_a_mailbox_is_a_member_named_by_its_time_and_subject() -> None:
    quoted = letter("a/b: Second", "Before\n\nFrom here on it is quoted.\n")
    gone = b"X-Mozilla-Status: 0009\n" + letter("Deleted").as_bytes()
    seen = b"X-Mozilla-Status: 0001\nStatus: RO\n" + letter("First").as_bytes()
    raw = b"Subject: Raw\n\nBefore\n\n>From here on.\n"
    data = mailbox_of(seen, gone, quoted.as_bytes(), raw, b"no header at all")
    first, second, unquoted, third = members(data, b"Inbox")
    assert (first.name, second.name, third.name) == (
        "2024-05-06 10.00.00 First.eml",
        "2024-05-06 10.00.00 a-b: Second.eml",
        "message.eml",
    )
    assert first.data == letter("First").as_bytes().rstrip(b"\n") + b"\n"  # the same once it was read or tagged
    assert read_bytes(second.data, b"a.eml").title == "a/b: Second"
    assert (unquoted.name, unquoted.data) == ("Raw.eml", b"Subject: Raw\n\nBefore\n\nFrom here on.\n")
    assert [data[member.place :].startswith(b"From - Mon") for member in (first, second, third)] == [True] * 3
    assert third.following == len(data)
    assert members(data, b"Inbox", start=second.place) == [second, unquoted, third]


def test_messages_are_found_wherever_the_windows_of_a_mailbox_end(monkeypatch: pytest.MonkeyPatch) -> None:
    data = mailbox_of(*(letter(f"Number {number}", "word " * 50 * number).as_bytes() for number in range(9)))
    whole = members(data, b"Inbox")
    assert [member.name[20:] for member in whole] == [f"Number {number}.eml" for number in range(9)]
    monkeypatch.setattr(mailbox, "OVERLAP", 400)
    for window in (500, 801, 1_000, 4_096):
        monkeypatch.setattr(mailbox, "WINDOW", window)
        assert members(data, b"Inbox") == whole
    monkeypatch.setattr(mailbox, "MAX_MEMBER_BYTES", 1_500)
    monkeypatch.setattr(mailbox, "HEAD", 300)
    found = members(data, b"Inbox")
    assert [(member.name, member.place, member.following) for member in found] == [
        (member.name, member.place, member.following) for member in whole
    ]
    assert [member.problem for member in found] == [
        "too_large" if member.following - member.place > 1_500 else None for member in whole
    ]
    assert {member.problem for member in found} == {None, "too_large"}


def test_messages_are_told_from_sentences_that_begin_with_from() -> None:
    first = b"From a@b Mon Jun 01 10:00:00 2009\n\nFirst\n\nFrom here on nothing.\n>From quoted\n\n"
    data = first + b"From b Mon Jun 1 11:00 2010\n\nB\n"
    assert list(mailbox.messages(data)) == [b"\nFirst\n\nFrom here on nothing.\nFrom quoted\n\n", b"\nB\n"]


def test_apple_mails_frame_is_left_out() -> None:
    data = letter().as_bytes()
    document = read_bytes(b"%d  \n" % len(data) + data + b"<?xml version='1.0'?><plist>flags</plist>", b"1.emlx")
    assert document.title == "Grüße"
    assert "flags" not in document.text


def test_a_saved_web_page_is_its_text() -> None:
    data = (
        b"From: <Saved by Browser>\nSubject: Tides\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/related; boundary="x"\n\n--x\nContent-Type: text/html\n'
        b"Content-Transfer-Encoding: quoted-printable\n\n<p>High w=\nater</p>\n--x--\n"
    )
    document = read_bytes(data, b"tides.mht")
    assert (document.kind, document.title, document.text) == ("web", "Tides", "High water")


@pytest.mark.parametrize(
    ("head", "format_name"),
    [
        (b"Received: from a\nSubject: x\n\nbody", "eml"),
        (b"Subject: only\n\nbody", "text"),
        (b"Dear Ann,\nFrom: here\nTo: there\n", "text"),
        (b"From here\n\nwords", "text"),
        (b"#!/bin/sh\necho", "code"),
    ],
)
def test_a_message_is_recognised_by_its_header(head: bytes, format_name: str) -> None:
    assert detect(head, b"unnamed").name == format_name


@pytest.mark.parametrize("name", hostile_mail.messages())
def test_hostile_messages_are_read(name: str) -> None:
    document = read_bytes(hostile_mail.messages()[name], name.encode())
    assert "needle" in document.text


@pytest.mark.parametrize(
    ("plain", "html", "expected"),
    [
        ("The foghorn is repaired.", "<p>The <b>foghorn</b> is repaired.</p>", "The foghorn is repaired."),
        ("Use another program.", "<p>The narwhal swims below the tower.</p>", "narwhal"),
        ("Use a program.", "<p>Use a program. The narwhal swims.</p>", "The narwhal swims."),
    ],
)
def test_the_formatted_text_is_read_where_the_plain_one_leaves_out_much_of_it(
    plain: str, html: str, expected: str
) -> None:
    text = parse(letter("Tower", plain, html=html).as_bytes()).text
    assert expected in text
    assert text.count("foghorn") <= 1
    assert text.count("program") <= 1, "nothing twice"


def test_a_message_that_is_attached_in_base64() -> None:
    inner = base64.b64encode(letter("Inner", "The narwhal swims.").as_bytes())
    head = b"Subject: Outer\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
    assert "The narwhal swims." in parse(head + inner).text


def test_raw_bytes_in_a_header_are_decoded_as_the_message_is() -> None:
    head = "From: J\xfcrgen <j@x.example>\r\nTo: b@x.example\r\nSubject: Gr\xfc\xdfe vom Turm\r\n\r\n".encode("latin-1")
    read = parse(head + "Das Seezeichen schwankt \xfcber der Br\xfccke.\r\n".encode("latin-1"))
    assert (read.subject, read.fields["From"]) == ("Grüße vom Turm", "Jürgen <j@x.example>")
    koi = "Subject: Таблица\nContent-Type: text/plain; charset=koi8-r\n\nприливов".encode("koi8-r")
    assert parse(koi).subject == "Таблица"


def test_raw_bytes_in_the_name_of_an_attachment() -> None:
    part = '--B\nContent-Type: text/plain\nContent-Disposition: attachment; filename="größe.txt"\n\nx\n--B--\n'
    data = f"Subject: a\nContent-Type: multipart/mixed; boundary=B\n\n{part}".encode()
    assert [attachment.name for attachment in parse(data).attachments] == ["größe.txt"]


def test_lines_that_a_program_broke_within_words_are_joined() -> None:
    head = b"Subject: a\nContent-Type: text/plain; format=flowed; delsp=yes\n\n"
    body = b"a very lo \nng chain  \nand  \n> quoted\n-- \nAnn\n"
    assert parse(head + body).text == "a very long chain and  \n> quoted\n-- \nAnn\n"
    assert parse(head.replace(b"; delsp=yes", b"") + body).text == body.decode()


def test_what_an_invitation_says_besides_the_message() -> None:
    calendar = "BEGIN:VEVENT\nSUMMARY:Inspection\nLOCATION:Pier\\, ni\n ne\nUID:17\nDESCRIPTION:come\nEND:VEVENT\n"
    parts = f"--B\nContent-Type: text/plain\n\nYou are invited\n--B\nContent-Type: text/calendar\n\n{calendar}\n--B--\n"
    read = parse(f"Subject: a\nContent-Type: multipart/alternative; boundary=B\n\n{parts}".encode())
    assert read.text == "You are invited\n\nSUMMARY:Inspection\nLOCATION:Pier, nine"
