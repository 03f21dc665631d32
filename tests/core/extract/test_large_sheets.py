from __future__ import annotations

import io
import zipfile

import office_oxide
import pytest

from core.extract import large_sheets, read_bytes
from core.extract.base import Limits
from tests.builders.previewed_documents import workbook

ROWS = [[f"row {number}", f"{number * 7919 % 100_003}"] for number in range(400)]


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_sheets, "SLICE_BYTES", 2_000)


def test_a_large_sheet_is_read_in_slices_as_it_is_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook({"Rows": ROWS, "Few": [["a", "b"]], "None": [], "Again": ROWS[:100]})
    at_once = read_bytes(data, b"a.xlsx")
    monkeypatch.setattr(large_sheets, "SLICE_BYTES", 2_000)
    in_slices = read_bytes(data, b"a.xlsx")
    assert "row 399\t" in in_slices.text
    assert (in_slices.text, in_slices.parts) == (at_once.text, at_once.parts)


@pytest.mark.usefixtures("small_slices")
def test_shared_texts_and_formats_are_known_in_each_slice() -> None:
    writer = office_oxide.XlsxWriter()
    sheet = writer.add_sheet("Shared")
    for row in range(300):
        writer.set_cell(sheet, row, 0, f"keeper {row % 7}")
        writer.set_cell(sheet, row, 1, row + 0.5)
    document = read_bytes(bytes(writer.to_bytes()), b"a.xlsx")
    lines = document.text.split("\n")
    assert lines[0] == "Shared"
    assert lines[1:] == [f"keeper {row % 7}\t{row + 0.5}" for row in range(300)]


@pytest.mark.usefixtures("small_slices")
def test_a_sheet_may_be_longer_than_a_member_that_is_read_at_once() -> None:
    data = workbook({"Rows": ROWS})
    size = next(info for info in zipfile.ZipFile(io.BytesIO(data)).infolist() if "sheet1" in info.filename).file_size
    document = read_bytes(data, b"a.xlsx", limits=Limits(max_member_bytes=size // 2))
    assert "row 399\t" in document.text
    cut = read_bytes(data, b"a.xlsx", limits=Limits(max_chars=500))
    assert "chars:" in " ".join(cut.notes)
    assert len(cut.text) <= 500
