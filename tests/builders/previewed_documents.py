"""A folder with a document of each kind that the preview shows in its own way."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from tests.builders.documents import docx, epub, odf, paragraph, pdf, zipped

# For each file: the word that only it has, the view that shows it first.
KINDS = {
    "agreement.pdf": ("harbour", "page"),
    "scan of a beach.png": ("beach", "page"),
    "sheet.xlsx": ("lighthouse", "table"),
    "stock.csv": ("anchors", "table"),
    "notes.md": ("compass", "formatted"),
    "article.html": ("driftwood", "formatted"),
    "letter.docx": ("regatta", "text"),
    "report.odt": ("mooring", "text"),
    "talk.odp": ("tides", "text"),
    "tides.py": ("windlass", "text"),
    "diary.txt": ("seagull", "text"),
    "novel.epub": ("schooner", "text"),
}
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def write_kinds(folder: Path) -> Path:
    """Write a document of each kind; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, bytes] = {
        "agreement.pdf": pdf(
            ["The first page says little.", "The harbour office keeps the key.", "Back to the harbour, and harbours."]
        ),
        "sheet.xlsx": workbook({"Coast": [["Name", "Height"], ["The lighthouse", "41"]], "Empty": [["Nothing", "0"]]}),
        "stock.csv": b'Item;Count;Note\nropes;4;"new; and long"\nanchors;2;"two, of iron"\n',
        "notes.md": (
            b"# Finding the way\n\nThe *compass* points **north**. ![map](http://example.org/map.png)\n\n"
            b"| tool | use |\n|---|---|\n| compass | north |\n\n<script>alert(1)</script>\n"
        ),
        "article.html": (
            b"<html><head><title>On the shore</title><script>var hidden = 1</script></head><body>"
            b"<h1>On the shore</h1><p>What the sea leaves: <b>driftwood</b>.</p><ul><li>logs</li><li>planks</li></ul>"
            b"<img src='http://example.org/track.png'></body></html>"
        ),
        "letter.docx": docx(paragraph("Dear Jo,") + paragraph("the regatta is on Sunday.")),
        "report.odt": odf("text", "<text:p>The mooring is safe again.</text:p>"),
        "talk.odp": odf(
            "presentation",
            '<draw:page draw:name="Opening"><text:p>Of the sea</text:p></draw:page>'
            '<draw:page draw:name="Numbers"><text:p>The tides by month</text:p></draw:page>',
        ),
        "tides.py": b"def windlass(turns):\n    '''How far the chain comes up.'''\n    return turns * 0.4  # metres\n",
        "diary.txt": "A seagull stole my bread. Seagulls do. قال الرجل\n".encode(),
        "novel.epub": epub({"one.xhtml": "<html><body><h1>One</h1><p>The schooner left.</p></body></html>"}),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    picture = Image.new("RGB", (320, 200), "white")
    ImageDraw.Draw(picture).rectangle((20, 20, 120, 120), fill="black")
    picture.save(folder / "scan of a beach.png")
    return folder


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    """An .xlsx with texts in its cells."""
    names = list(sheets)
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    typed = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in range(1, len(names) + 1)
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'spreadsheetml.sheet.main+xml"/>{typed}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
    }
    for number, rows in enumerate(sheets.values(), 1):
        cells = "".join(
            f'<row r="{r}">'
            + "".join(f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{text}</t></is></c>' for c, text in enumerate(row))
            + "</row>"
            for r, row in enumerate(rows, 1)
        )
        members[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{SHEET}"><sheetData>{cells}</sheetData></worksheet>'
        )
    return zipped(members)
