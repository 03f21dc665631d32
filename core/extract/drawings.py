"""What the drawings of a Word document say: charts, diagrams (SmartArt), alternative texts."""

from __future__ import annotations

import re

from lxml import etree

from core.extract.package import Package, attribute, local

_DRAWINGS = re.compile(r"word/(?:charts/chart(?:Ex)?|diagrams/data)\d*\.xml")
_NUMBER = re.compile(r"-?\d+\.\d{12,20}(?:E-?\d{1,3})?")
_FILE_NAME = re.compile(r".*\.(?:jpe?g|png|gif|bmp|tiff?|emf|wmf|svg|webp)", re.IGNORECASE)
_LINES = {"p", "tx", "cat", "val", "xVal", "yVal", "bubbleSize", "lvl", "strDim", "numDim"}
_VALUES = {"v", "pt"}
_TEXTS = {"docPr", "cNvPr"}  # elements that have a picture's alternative text


def drawings_text(package: Package) -> str:
    """The texts of a document's charts and diagrams."""
    texts: list[str] = []
    for name in sorted(package.names()):
        root = package.xml_or_none(name) if _DRAWINGS.fullmatch(name) else None
        if root is not None:
            texts += [drawing_text(root), *alternative_texts(root)]
    return "\n\n".join(filter(None, dict.fromkeys(texts)))


def drawing_text(root: etree._Element) -> str:
    """The titles, names and values of a chart, or the texts of shapes, a line for each paragraph or series."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local(element)
        if event == "start":
            if name == "t":
                pieces.append(element.text or "")
            elif name in _VALUES and (element.text or "").strip():
                pieces.append(f"{_value(element.text or '')}\t")
        elif name in _LINES:
            pieces.append("\n")
    lines = (line.strip("\t ") for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _value(text: str) -> str:
    """A value as a person would write it: 4.4 and not 4.4000000000000004."""
    return f"{float(text):.12g}" if _NUMBER.fullmatch(text) else text


def alternative_text(element: etree._Element) -> str:
    """The title and description that an element of a drawing gives of its picture, unless it is a file's name."""
    if local(element) not in _TEXTS:
        return ""
    texts = dict.fromkeys((attribute(element, "title").strip(), attribute(element, "descr").strip()))
    return "\n".join(text for text in texts if text and not _FILE_NAME.fullmatch(text))


def alternative_texts(root: etree._Element) -> list[str]:
    """The alternative texts of all pictures below an element."""
    return list(filter(None, (alternative_text(element) for element in root.iter() if isinstance(element.tag, str))))
