"""Which passages have language: junk has none, whatever it is made of, and everything that people write has."""

from __future__ import annotations

import base64
import hashlib
import random

import pytest

from core.embed import has_language

RNG = random.Random(940)
DIGITS = " ".join(f"{RNG.randrange(10**6):06d}" for _ in range(120))
BASE64 = base64.encodebytes(RNG.randbytes(800)).decode()
HEXADECIMAL = "\n".join(hashlib.sha256(bytes([row])).hexdigest() for row in range(12))
DUMP = "\n".join(f"{16 * row:08x}  {RNG.randbytes(16).hex(' ')}  |....ELF.........|" for row in range(20))
JUNK = {
    "digits": DIGITS,
    "base64": BASE64,
    "cut base64": BASE64[37:260],
    "hexadecimal": HEXADECIMAL,
    "dump": DUMP,
    "glyph names": " ".join(f"(cid:{RNG.randrange(200)})" for _ in range(90)),
    "named glyphs": "".join(f"/g{RNG.randrange(200)}" for _ in range(90)),
    "dead script": " ".join("".join(chr(RNG.randrange(0x10330, 0x1034B)) for _ in range(5)) for _ in range(40)),
    "private use": "\ue012\ue044\ue1a0 " * 40,
    "replacement": "\ufffd\ufffd\ufffd 12 \ufffd\ufffd " * 30,
    "mojibake": "Â×®õ²£·~€u·|±`°È²zšÆ ³¯«G§» ä¸­æ–‡ Ð¿Ñ€Ð¸",
    "genome": "ACGTTGCAACGTTAGCCATGACGTTGCAACGTTAGCCATGACGTTGCAACGTTAGCCATG\n" * 8,
    "key dump": "\n".join(":".join(f"{byte:02x}" for byte in RNG.randbytes(15)) + ":" for _ in range(17)),
    "signs": "=-=-=-=-=-= * * * +----+----+ | | | ~~~~ " * 9,
}
LANGUAGE = {
    "word": "Rechnung",
    "word with a number": "Rechnung2024",
    "contents": "1 Introduction ........................ 3\n1.1 Aims ................................. 12\n" * 4,
    "table": "Berlin\t3645000\t891,8\t4088\nHamburg\t1841000\t755,2\t2438\nBremen\t569352\t326,7\t1742\n" * 4,
    "statement": "2024-01-03  SEPA  DE44500105175407324931  -1.299,00  Miete Januar\n" * 9,
    "code": "for (int i = 0; i < n; i++) { sum += a[i] * b[i]; tmp = (*ptr)->val; }\n",
    "identifiers": "OSSL_CMP_CTX_set_http_cb(ctx, cb); getElementById(xmlNodePtr); XSLT_ERR\n",
    "assembler": "mov eax, [ebp+8]\nxor ecx, ecx\njmp 0x4004f6\ncall printf\nadd esp, 16\n",
    "formula": r"\int_0^\infty \frac{x^2}{e^x - 1} \, dx = 2\zeta(3), \quad \sum_{n=1}^{N} n^2",
    "Chinese": "2023年第四季度报告",
    "Japanese": "メンテナンスの手引き",
    "Thai": "สวัสดีครับ ผมชื่อสมชาย",
    "Korean": "계약서 3부",
    "Hindi": "पानी का बिल 1200",
    "Arabic": "فاتورة الكهرباء ٢٠٢٣",
    "Hebrew": "חוזה שכירות",
    "Russian": "Счёт за воду № 12/2024",
    "Greek": "Τιμολόγιο 2024",
    "Vietnamese": "Hoá đơn tiền điện tháng mười được gửi cho người thuê nhà",
    "Welsh": "Mae hen wlad fy nhadau yn annwyl i mi",
    "Czech": "Strč prst skrz krk, čtvrtek",
    "Amharic": "የውሃ ክፍያ",
    "Georgian": "ხელშეკრულება",
    "decomposed": "Cafe\u0301 cre\u0300me bru\u0302le\u0301e",
    "capitals": "NASA BBC HTML ISBN 978-3-16-148410-0",
    "embedded data": f"The picture of the bridge, as sent by Anna:\n{BASE64[:220]}",
}  # fmt: skip


@pytest.mark.parametrize("name", JUNK)
def test_junk_has_no_language(name: str) -> None:
    assert not has_language(JUNK[name])


@pytest.mark.parametrize("name", LANGUAGE)
def test_what_people_write_has_language(name: str) -> None:
    assert has_language(LANGUAGE[name])
