"""Numbers and minified code at the end of a long text are left out, and told; what people write is not."""

from __future__ import annotations

import json
import random

import pytest

from core.document import Document
from core.extract.base import Limits
from core.extract.read import read_bytes

MOST = 30_000  # characters kept of a text that ends with data
LENGTH = 300_000  # of the texts below, about
SOURCE = random.Random(7)
NAMES = [f"{first} {last}" for first in ("Ada", "Grace", "Li") for last in ("Lovelace", "Hopper", "Wei")]
PROSE = "The brass foghorn was tested at noon, and nobody heard it.\n"


def numbers(row: str, count: int = LENGTH // 30) -> str:
    """Rows of numbers, `%s` in each standing for one."""
    return "".join(row % tuple(f"{SOURCE.random() * 100:.6f}" for _ in range(row.count("%s"))) for _ in range(count))


def read(text: str, name: str) -> Document:
    return read_bytes(text.encode(), name.encode(), limits=Limits(max_data_chars=MOST))


CODE = "function %s(element){if(element.parent!==null){return element.parent.%s}};"
FUNCTIONS = [CODE % (f"f{number}", f"g{number % 7}") for number in range(LENGTH // 70)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("series.csv", "hour,temperature,pressure\n" + numbers("2026-11-30T08:00:00Z,%s,%s\n")),
        ("series.tsv", "hour\ttemperature\n" + numbers("%s\t%s\n")),
        ("series.json", '{"rows": [' + numbers('{"temperature": %s, "pressure": %s}, ') + "]}"),
        ("series.jsonl", numbers('{"temperature": %s, "station": "a7f3", "pressure": %s}\n')),
        ("track.gpx", f"<?xml version='1.0'?><gpx><name>Walk</name>{numbers('<ele>%s</ele><v>%s</v>')}</gpx>"),
        ("cloud.xyz", "harbour\n" + numbers("%s %s %s\n")),
        ("rows.sql", "-- measured\nINSERT INTO rows VALUES\n" + numbers("(%s, %s),\n")),
        ("bundle.min.js", "/* The harbour's script */" + "".join(FUNCTIONS)),
        ("bundle.js", "/* The harbour's script */\n" + "\n".join(f"{one}{one}{one}" for one in FUNCTIONS)),
        ("style.css", ".harbour{color:blue}" + "".join(f".a{row}{{margin:0 auto}}" for row in range(15_000))),
    ],
)  # fmt: skip
def test_of_data_the_beginning_is_read_and_told(name: str, text: str) -> None:
    document = read(text, name)
    assert document.text.split()[0] in text[:100]
    assert MOST - 1_000 <= len(document.text) <= MOST
    code, extent = document.notes
    read_to, total = extent.removeprefix("chars:").split("/")
    assert (code, int(read_to)) == ("data_left_out", len(document.text))
    assert int(total) >= LENGTH // 3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("contacts.csv", "".join(f"{NAMES[row % 9]};Harbour St {row % 90};+4930{row:07}\n" for row in range(8_000))),
        ("bookings.csv", "".join(f"2026-11-{row % 30:02};Grocer;DE{row:020};-{row}.50\n" for row in range(8_000))),
        ("parts.csv", "".join(f"ABCD{row:04}-{row % 7};{row * 3}.20\n" for row in range(25_000))),
        ("table.csv", "".join(f"{row},{NAMES[row % 9]} {row * 7919 % 100_003}\n" for row in range(12_000))),
        ("service.log", "".join(f"2026-11-30 08:{row % 60:02}:00,123 INFO Call {row} done\n" for row in range(8_000))),
        ("messages.json", json.dumps([{"from": NAMES[row % 9], "text": PROSE} for row in range(4_000)])),
        ("book.txt", PROSE.replace("\n", " ") * 6_000),
        ("kitap.txt", "ağ ve su, o da iyi; ya sen? ben de iyiyim. " * 8_000),
        ("kitab.txt", "हिन्दी में एक लंबी किताब है।\n" * 12_000),
        ("shu.csv", "".join(f"{row},张三,{row * 7}\n" for row in range(20_000))),
        ("table.js", "".join(f"harbours.push(new Harbour({row}, {row * 7}, {row * 3}));\n" for row in range(8_000))),
        ("names.js", "".join(f"{'harbour,' * 300}\n{PROSE * 90}" for _ in range(50))),
        ("notes.md", PROSE * 6_000),
    ],
)  # fmt: skip
def test_what_people_write_or_read_stays(name: str, text: str) -> None:
    document = read(text, name)
    assert (len(document.text), document.notes) == (len(text.strip()), ())


def test_words_behind_the_data_keep_what_is_before_them() -> None:
    text = numbers("%s %s\n") + PROSE * 3_000
    assert read(text, "report.txt").text == text.strip()
    text = PROSE * 3_000 + numbers("%s %s\n")
    document = read(text, "report.txt")
    assert document.text.startswith((PROSE * 3_000).strip())
    assert len(document.text) < len(PROSE) * 3_000 + 60_000


def test_a_file_that_is_little_longer_than_that_is_read_whole() -> None:
    text = numbers("%s %s\n", count=(MOST + 20_000) // 20)
    assert read(text, "series.csv").notes == ()


def test_of_a_file_that_is_not_read_to_its_end_the_length_is_not_told() -> None:
    text = numbers("%s %s\n")
    document = read_bytes(text.encode(), b"a.csv", limits=Limits(max_data_chars=MOST, max_text_bytes=100_000))
    assert document.notes == ("data_left_out", f"chars:{len(document.text)}/0")
