"""Near-duplicates: edited texts are, letters from one template and short texts are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.store.near_duplicates.compare import MIN_SHINGLES, near_duplicates
from core.store.near_duplicates.sketch import sketch
from tests.builders.edited_texts import edited, invoice, text

FIRST = text(1)


def are_near_duplicates(*texts: str) -> bool:
    return near_duplicates([sketch(one) for one in texts]) == [(0, 1)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("share", "piece"), [(0.01, 1), (0.05, 1), (0.05, 10), (0.1, 10), (0.2, 30)])
def test_an_edited_text_is_a_near_duplicate(share: float, piece: int, seed: int) -> None:
    original = text(seed, 600)
    assert are_near_duplicates(original, edited(original, share, piece=piece, seed=seed))


@pytest.mark.parametrize("seed", range(5))
def test_a_mostly_rewritten_text_is_no_near_duplicate(seed: int) -> None:
    original = text(seed, 600)
    assert not are_near_duplicates(original, edited(original, 0.4, seed=seed))
    assert not are_near_duplicates(original, text(seed + 100, 600))


def test_invoices_of_a_template_are_no_near_duplicates() -> None:
    assert near_duplicates([sketch(invoice(month)) for month in range(12)]) == []
    terms = text(7, 800)
    assert near_duplicates([sketch(invoice(month) + terms) for month in range(12)]) == []


def test_a_contract_with_one_changed_number_is_a_near_duplicate() -> None:
    lease = f"The rent is 1,240 pounds a month from 2026 to 2029. {FIRST} The deposit is 2,480 pounds."
    assert are_near_duplicates(lease, lease.replace("1,240", "1,290"))


def test_a_quoted_mail_is_a_near_duplicate_and_a_page_of_a_book_is_not() -> None:
    mail = text(3, 120)
    quoted = "\n> ".join(mail.split(". "))
    assert are_near_duplicates(mail, f"Thank you, that is fine with me. Jo\n\n> {quoted}\n\n{text(4, 180)}")
    assert not are_near_duplicates(mail, mail + text(5, 1500))


def test_short_texts_are_no_near_duplicates() -> None:
    note = "Meeting on Monday at ten in the small room, please bring the drawings and the budget."
    assert len(note.split()) < MIN_SHINGLES
    assert not are_near_duplicates(note, note)
    assert not are_near_duplicates("", "")


def test_unspaced_scripts_have_near_duplicates_too() -> None:
    lines = [
        "租赁合同于三月底到期，租客须提前三个月以书面形式通知房东，否则合同自动延长一年。",
        "房屋交还时应保持原状，正常磨损除外，押金将在退房后一个月内退还给租客本人。",
        "厨房和浴室的维修由房东负责，小额修理由租客自行承担，暖气每年秋天检查一次。",
    ]
    assert are_near_duplicates("".join(lines), "".join(lines).replace("一年", "两年").replace("秋天", "冬天"))
    assert not are_near_duplicates(
        "".join(lines[:2]), lines[2] + "图书馆在冬天关闭，书店照常开放，读者可以在网上预约借书和还书。"
    )


def test_a_text_without_a_sketch_is_no_near_duplicate() -> None:
    assert near_duplicates([]) == near_duplicates([b""]) == near_duplicates([b"", b"", sketch(FIRST)]) == []


@settings(max_examples=50, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_the_texts_does_not_matter(order: list[int]) -> None:
    texts = [FIRST, edited(FIRST, 0.05), edited(FIRST, 0.05, seed=2), text(2), text(9), ""]
    found = near_duplicates([sketch(texts[number]) for number in order])
    assert {frozenset((order[i], order[j])) for i, j in found} == {frozenset(p) for p in ((0, 1), (0, 2), (1, 2))}
