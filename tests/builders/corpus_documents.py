"""The binary documents of the small corpus, generated so that no binary files are in the repository."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.builders.documents import docx, epub, odf, paragraph, pdf_of, stream

CORPUS = Path(__file__).parents[1] / "system" / "corpus"

WASHER = (
    """Calder W7 - Instructions for use
    Before the first wash take out the four transport bolts at the back and keep them for the next move.
    Load the drum loosely: a hand must fit between the laundry and the top.
    Powder goes into the left drawer, softener into the small one, and nothing at all into the middle
    unless you have chosen the programme with prewash.
    Wool: cold, no more than two kilos, 600 turns. Cottons: forty degrees, seven kilos, 1400 turns.""",
    """When something is wrong
    E1: no water comes in. Is the tap open? Is the sieve in the inlet hose clogged?
    E3: the machine does not empty itself. The drum stands still, the laundry lies in a puddle and the
    door stays locked. Unplug it, put a flat dish under the flap at the bottom right, unscrew the lint trap
    slowly and let everything run out. Remove coins, buttons and hair, turn the small wheel behind
    it by hand, and screw the trap in again until it clicks.
    E7: the load is uneven. Open the door and spread the heavy pieces.""",
    """Care and guarantee
    Once a month run sixty degrees without laundry. Wipe the grey rubber ring dry and leave the door ajar,
    so that it does not smell. Descale twice a year where the water is hard.
    The guarantee is for two years from the day of purchase; the receipt must be shown. The motor is covered
    for ten years. Hoses, lamps and damage by frost are not. Spare parts can be had for fifteen years.""",
)

APPLICATION = (
    "Application for the post of keeper of instruments",
    (
        "Dear Dr Amsel, for nine years I have looked after the pianos and harpsichords of the conservatory in Harwick. "
        "I tune some two hundred of them each term, and I have taken apart and rebuilt eleven that had been given up."
    ),
    (
        "Your museum owns the only surviving spinet by Tobias Kerr. I had it under my hands once, as an apprentice, "
        "when its soundboard was glued. I should like to be the one who keeps it playing, and who lets people hear it."
    ),
    (
        "What I bring beside the craft: I speak to groups of children without boring them, I write a clear report "
        "on the state of an object, and I have twice packed a collection for a journey over the sea without a scratch."
    ),
    "I could begin on the first of October. My present employer knows of this letter and will gladly speak for me.",
    "Yours sincerely, Idris Penhallow",
)

SPEECH = (
    "Rede zur Hochzeit von Lena und Tom",
    (
        "Liebe Gäste, wer mich kennt, weiß, dass ich als ältere Schwester zwanzig Jahre lang das letzte Wort hatte. "
        "Heute gebe ich es ab, und zwar an Tom, der noch nicht ahnt, was er da bekommt."
    ),
    (
        "Lena hat als Kind jedes Tier mit nach Hause gebracht, das nicht schnell genug weglaufen konnte. Der Igel "
        "hieß Herr Doktor und wohnte bis März in meinem Kleiderschrank. Als sie mir Tom vorstellte, dachte ich: Der "
        "ist auch nicht schnell genug weggelaufen. Inzwischen weiß ich, dass er stehen geblieben ist."
    ),
    (
        "Ich wünsche euch ein Haus, in dem gestritten werden darf und in dem danach jemand Tee kocht. Ich wünsche euch "
        "Freunde, die ungefragt kommen, und Kinder, die mich für die lustigere Tante halten."
    ),
    "Erhebt mit mir das Glas: auf die beiden, auf Herrn Doktor, und auf alle, die stehen bleiben!",
)

STORY = {
    "one.xhtml": "<html><body><h1>The crossing</h1><p>Old Brannock had rowed people over the Sele for fifty years, and "
    "his price was a story. Whoever had no money had that, he used to say, and whoever had no story had not lived and "
    "might as well swim.</p><p>One evening in March a girl stood on the landing with a box under her arm. She had "
    "nothing to tell, she said. She was eleven and everything was still to come.</p></body></html>",
    "two.xhtml": "<html><body><h1>What was in the box</h1><p>Halfway over the fog came down. Brannock laid the oars in "
    "and listened for the bell of the mill, as one does, but the bell was silent. Then the girl opened her box. It "
    "was full of bees, drowsy with cold, and they rose, and turned once about the boat, and flew towards the "
    "blackthorn on the farther bank.</p><p>He followed the humming. Now, he said when the keel touched the gravel, you "
    "have one. That is paid for, and the next as well.</p></body></html>",
}


def build(folder: Path) -> Path:
    """Copy the corpus to a folder and add the PDF, Word, OpenDocument and EPUB files; returns the folder."""
    shutil.copytree(CORPUS, folder)
    letter = "".join(paragraph(text) for text in APPLICATION)
    speech = "".join(f"<text:p>{text}</text:p>" for text in SPEECH)
    (folder / "home" / "washer-manual.pdf").write_bytes(_pdf(WASHER))
    (folder / "work" / "to-dr-amsel.docx").write_bytes(docx(letter, title="Letter", author="Idris Penhallow"))
    (folder / "briefe" / "fuer-samstag.odt").write_bytes(odf("text", speech))
    (folder / "reading" / "brannock.epub").write_bytes(epub(STORY, title="Brannock", author="N. Tew"))
    return folder


def _pdf(pages: tuple[str, ...]) -> bytes:
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, text in enumerate(pages):
        lines = " ".join(f"({line.strip()}) Tj T*" for line in text.splitlines())
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {5 + 2 * number} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode(),
            stream(f"BT /F1 11 Tf 14 TL 50 740 Td {lines} ET".encode("cp1252")),
        ]
    return pdf_of(objects)
