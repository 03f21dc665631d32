"""A small collection of documents in four languages and several formats, some of them unreadable."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.builders.documents import pdf_of

LEASE = [
    (
        "Lease agreement for the flat in Garden Street 12, second floor. Landlord: Jo Miller. Tenant: Anna Weber. "
        "The flat has three rooms, a kitchen and a bathroom. The monthly rent is 1,240 pounds, due on the first."
    ),
    (
        "The tenant may keep a cat. Repairs of up to 100 pounds are paid by the tenant. The heating is serviced every "
        "autumn at the landlord's cost. Bicycles are kept in the cellar, not in the hall."
    ),
    (
        "The lease ends on 31 March 2027. Either side may give notice three months before. The flat must be returned "
        "in the state in which it was handed over, apart from ordinary wear. The deposit is paid back within a month."
    ),
]

TEXTS = {
    "Flat/Übergabeprotokoll.txt": (
        "Übergabeprotokoll der Wohnung Gartenstraße 12.\n\nDas Mietverhältnis endet am 31. März 2027. Bei der Übergabe "
        "werden die Zählerstände abgelesen und alle Schlüssel zurückgegeben. Schäden, die über die gewöhnliche "
        "Abnutzung hinausgehen, werden aufgeschrieben und von beiden Seiten unterzeichnet.\n"
    ),
    "笔记/租房合同.md": (
        "# 租房合同笔记\n\n租赁合同于2027年3月31日到期。租客须提前三个月以书面形式通知房东,否则合同自动延长一年。"
        "房屋交还时应保持原状,正常磨损除外。押金将在退房后一个月内退还。\n"
    ),
    "عقد الإيجار.txt": (
        "عقد الإيجار\n\nينتهي عقد الإيجار في الحادي والثلاثين من مارس 2027. يجب على المستأجر إخطار المالك قبل ثلاثة "
        "أشهر من انتهاء العقد، وإلا يُجدد العقد تلقائيًا لمدة سنة.\n"
    ),
    "Kitchen/Sourdough.md": (
        "# Sourdough, the way it works here\n\nFeed the starter in the evening and mix the dough in the morning: 500 g "
        "of flour, 350 g of water, 100 g of starter, 10 g of salt. Fold it every half hour, four times. Let it rise "
        "until it has grown by half, shape it, and leave it in the fridge overnight.\n\n## Baking\n\nHeat the oven "
        "with the pot in it. Twenty minutes with the lid, twenty-five without. Wait before you cut it.\n"
    ),
    "Bills/bicycle-repair.html": (
        "<html><head><title>Invoice 2026-118, bicycle repair</title></head><body><h1>Invoice 2026-118</h1><p>New chain "
        "and cassette for the blue touring bicycle, brakes adjusted, rear wheel trued.</p><p>Total: 148.50 pounds, to "
        "be paid within fourteen days.</p></body></html>"
    ),
    "Letters/Notice to the landlord.md": (
        "Dear Jo,\n\nas agreed I am giving notice for the flat in Garden Street: we move out at the end of March. "
        "Could we meet in the last week to read the meters and hand over the keys? The new tenants would like to "
        "measure the kitchen before that. 🏠\n\nBest wishes, Anna\n"
    ),
    "Code/rent.py": (
        "def months_until(end, today):\n    '''How many months of rent are left.'''\n"
        "    return (end.year - today.year) * 12 + end.month - today.month\n"
    ),
    "Travel/Lisbon.txt": (
        "Lisbon in May. The night train is gone, so fly to Porto and take the slow line south. Stay near Graça for the "
        "view. Museum of tiles on the second day, Sintra on the third if the weather holds.\n"
    ),
}


def write_documents(folder: Path) -> Path:
    """Write the collection into a folder; returns the folder."""
    for name, text in TEXTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "Flat" / "lease-2024-signed.pdf").write_bytes(pdf(LEASE, title="Lease agreement, Garden Street 12"))
    return folder


def write_drafts(folder: Path) -> Path:
    """Write two earlier versions of the lease."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n\n".join(LEASE)
    (folder / "lease draft.txt").write_text(text.replace("three months before", "six weeks before"), encoding="utf-8")
    (folder / "lease draft 2.txt").write_text(text.replace("1,240", "1,190"), encoding="utf-8")
    return folder


def write_unreadable(folder: Path) -> Path:
    """Write files that cannot be read, each for another reason."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scan from the office.pdf").write_bytes(pdf(["", ""]))
    (folder / "tax return 2019.pdf").write_bytes(b"%PDF-1.4\nthis is where the disk gave up")
    (folder / "minutes of the meeting.docx").write_bytes(b"PK\x03\x04 half of an archive")
    with zipfile.ZipFile(folder / "budget.xlsx", "w") as archive:
        archive.writestr("mimetype", "nothing of a workbook in here")
    return folder


def write_archive(folder: Path, count: int = 40) -> Path:
    """Write many longer texts, so that indexing takes a while."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        lines = [f"Report {number}. {TEXTS['Travel/Lisbon.txt'].strip()} Item {line}." for line in range(24)]
        (folder / f"report {number:03}.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def pdf(pages: list[str], title: str = "") -> bytes:
    """A small PDF with a page for each text, in Helvetica; Latin letters only."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for text in pages:
        shown = "\n".join(f"({_escaped(line)}) Tj T*" for line in _lines(text))
        content = f"BT /F1 11 Tf 14 TL 60 780 Td\n{shown}\nET"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        page = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R"
        objects.append(f"<< {page} /Resources << /Font << /F1 3 0 R >> >> >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({_escaped(title)}) >>")
    return pdf_of([body.encode("latin-1") for body in objects], f"/Info {len(objects)} 0 R")


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _lines(text: str, width: int = 84) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
