"""What of a message is quoted: at its end or its beginning, as mail programs write it; nothing between answers."""

from __future__ import annotations

import pytest

from core.extract import read_bytes
from core.extract.mail.quotes import split
from tests.builders.mailboxes import letter

LAMP = "The lamp of the tower has been broken since Friday."
MARKED = f"> {LAMP}\n> Can you come?"


@pytest.mark.parametrize(
    ("own", "quoted"),
    [
        ("Yes.", f"On Mon, 6 May 2024 at 10:00, Ann <ann@x.example>\nwrote:\n\n{MARKED}"),
        ("Ja.", f"Am 6. Mai 2024 um 10:00 schrieb Ann:\n{MARKED}\n>\n>> Deeper"),
        ("Oui.", f"Le lun. 6 mai 2024 à 10:00, Ann a écrit :\n{MARKED}"),
        ("好。", f"2024年5月6日，Ann 写道：\n{MARKED}"),
        ("Yes.", MARKED),
        ("Yes.", f"-----Original Message-----\nFrom: Ann\n\n{LAMP}"),
        ("Ja.", f"Von: Ann\nGesendet: Montag\nAn: Bob\nBetreff: Lampe\n\n{LAMP}"),
        ("Yes.", f"On Mon, 6 May 2024 Ann wrote:\n\n{LAMP}"),  # the text of an HTML message
    ],
)
def test_what_is_quoted_at_the_end(own: str, quoted: str) -> None:
    assert [(text.strip(), is_quoted) for text, is_quoted in split(f"{own}\n\n{quoted}\n")] == [
        (own, False),
        (quoted, True),
    ]


@pytest.mark.parametrize("attribution", ["", "Ann <ann@x.example> wrote:\n"])
def test_what_is_quoted_in_front(attribution: str) -> None:
    assert [(text.strip(), is_quoted) for text, is_quoted in split(f"{attribution}{MARKED}\n\nTomorrow.\n")] == [
        (attribution + MARKED, True),
        ("Tomorrow.", False),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"One.\n> {LAMP}\nTwo.\n> {LAMP}\nThree.",  # answers between
        "Yes.\n> Can you?",  # too short to matter
        MARKED,  # nothing else
        "As the keeper wrote:\n\nThe lamp has been broken since Friday, and nobody came to repair it.",
        "a -> b\nif x > 3:\n  print(x)",
        "",
    ],
)
def test_what_is_no_quotation(text: str) -> None:
    assert [is_quoted for _, is_quoted in split(text)] == [False]


def test_a_quotation_is_a_part_of_its_message() -> None:
    text = f"Tomorrow.\n\nOn Mon, 6 May 2024, Ann wrote:\n{MARKED}\n"
    document = read_bytes(letter("Re: Lamp", text).as_bytes(), b"a.eml")
    assert [(part.unit, part.number) for part in document.parts] == [("message", 1), ("quote", 2)]
    own, quoted = (document.text[part.start : part.end] for part in document.parts)
    assert own.startswith("From: Ann Keeper")
    assert own.endswith("Tomorrow.")
    assert quoted.endswith("> Can you come?")
    document = read_bytes(letter("Re: Lamp", f"{MARKED}\n\nTomorrow.").as_bytes(), b"a.eml")
    assert [part.unit for part in document.parts] == ["message", "quote", "message"]


def test_a_long_text_of_many_lines_takes_no_long_time() -> None:
    lines = "From: a\n" * 50_000 + "x wrote:\n" * 50_000 + "> y\n\n" * 50_000
    assert split(lines)
