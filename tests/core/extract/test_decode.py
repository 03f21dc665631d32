from __future__ import annotations

import os
import random

import pytest

from core.errors import FileProblem
from core.extract.decode import decode

CHINESE = (
    "这是一份关于租房合同的说明。房东与租客应当在签字之前仔细阅读每一条款，并保留一份副本。押金将在合同结束后退还。" * 3
)
JAPANESE = (
    "これは賃貸契約に関する説明書です。署名する前に各条項をよくお読みください。敷金は契約終了後に返金されます。" * 3
)
RUSSIAN = (
    "Это пояснение к договору аренды. Перед подписанием внимательно прочитайте каждый пункт и сохраните копию. " * 3
)
GERMAN = "Die Kündigung muß schriftlich erfolgen; für Rückfragen grüßt Sie die Verwaltung. Übrigens: 30 € Gebühr. " * 3
KOREAN = (
    "이 문서는 임대차 계약에 관한 설명입니다. 서명하기 전에 각 조항을 주의 깊게 읽어 주십시오. 보증금은 반환됩니다. "
    * 3
)
POLISH = (
    "Umowa najmu zostanie rozwiązana z końcem miesiąca, jeżeli najemca nie zapłaci zaległości. Źródło: książka. " * 3
)
GREEK = "Το συμβόλαιο ενοικίασης πρέπει να υπογραφεί και από τα δύο μέρη. Η εγγύηση επιστρέφεται στο τέλος. " * 3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "gb18030"),
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (RUSSIAN, "koi8_r"),
        (RUSSIAN, "cp1251"),
        (GERMAN, "cp1252"),
        (KOREAN, "cp949"),
        (POLISH, "cp1250"),
        (GREEK, "cp1253"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (RUSSIAN, "utf-16-le"),
        (RUSSIAN, "utf-32"),
    ],
)
def test_text_survives_its_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_an_incomplete_last_character_is_dropped() -> None:
    assert decode("schön für".encode()[:-2]) == "schön f"


def test_a_declaration_decides_where_a_guess_could_err() -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><body>Łódź</body></html>'
    assert "Łódź" in decode(page.encode("iso-8859-2"))
    assert decode("# -*- coding: cp1251 -*-\n# да\n".encode("cp1251")).endswith("# да\n")


def test_a_declaration_of_an_unknown_or_wrong_encoding_is_passed_over() -> None:
    assert "Grüße" in decode('<meta charset="klingon">Grüße'.encode())
    assert decode(f'<?xml version="1.0" encoding="hex"?>{GERMAN}'.encode("cp1252")).endswith(GERMAN)


def test_a_log_with_a_hole_of_zeros_is_still_text() -> None:
    assert decode(b"first line of a log\n" * 50 + b"\0" * 4 + b"last line\n").endswith("last line\n")


@pytest.mark.parametrize(
    "data",
    [
        random.Random(1).randbytes(20_000),
        b"\x7fELF\x02\x01\x01" + b"\0" * 400,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + random.Random(2).randbytes(4000),
        b"".join(bytes((value, 0)) for value in random.Random(3).randbytes(2000)),
    ],
    ids=["random", "program", "picture", "numbers"],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(FileProblem) as caught:
        decode(data)
    assert caught.value.code == "broken"


def test_a_long_text_with_one_odd_byte_is_read_in_full() -> None:
    assert len(decode(("plain words " * 20_000).encode() + b"\xff" + os.linesep.encode())) > 240_000


def test_a_few_bytes_of_another_encoding_do_not_spoil_utf8() -> None:
    data = "Größe: 3 €\n".encode() * 20 + "Gebühr – 4\n".encode("cp1252") + b"Ende\n"
    assert decode(data) == "Größe: 3 €\n" * 20 + "Gebühr – 4\nEnde\n"


def test_a_few_letters_of_utf8_do_not_make_an_old_encoding_utf8() -> None:
    assert decode(GERMAN.encode("cp1252") + "ö".encode()).startswith("Die Kündigung muß")


def test_zeros_in_a_row_are_what_a_crash_left_in_a_log() -> None:
    assert decode(b"log begins\n" + b"\0" * 4_000 + "weiter für heute\n".encode()) == "log begins\nweiter für heute\n"
    with pytest.raises(FileProblem):
        decode(b"a\0b\1c\0" * 50 + b"\0" * 4_000)


@pytest.mark.parametrize("text", [CHINESE, KOREAN])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_in_scripts_of_many_blocks(text: str, encoding: str) -> None:
    assert decode((text + "\n").encode(encoding) * 2) == f"{text}\n" * 2


def test_text_with_a_stray_zero_is_no_chinese() -> None:
    assert decode(b"The keeper counted\0 the ships and wrote them down. " * 3).startswith("The keeper counted")
