"""Run by another Python: reads files with one library, a path a line in, a line of JSON (its words, or null) out.

It imports nothing of Findling, which that Python does not have.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable

_WORD = re.compile(r"[^\W_]+")
_MARKITDOWN_READS = (
    ".html", ".htm", ".docx", ".pptx", ".xlsx", ".xls", ".epub", ".ipynb", ".csv", ".txt", ".md", ".msg"
)  # fmt: skip
_UNSPACED = re.compile("([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")


def words_of(text: str) -> list[str]:
    """The distinct words of at least two letters; of scripts without spaces, the letters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = set(_WORD.findall(_UNSPACED.sub(r" \1 ", plain)))
    return sorted(word for word in found if len(word) > 1 or _UNSPACED.match(word))


def _xberg() -> Callable[[str], str]:
    import xberg  # type: ignore[import-not-found]

    async def read(path: str) -> str:
        found = await xberg.extract(xberg.ExtractInput(kind=xberg.ExtractInputKind.URI, uri=path))
        return "\n".join(document.content for document in found.results)

    return lambda path: asyncio.run(read(path))


def _extractous() -> Callable[[str], str]:
    from extractous import Extractor, PdfOcrStrategy, PdfParserConfig  # type: ignore[import-not-found]

    settings = PdfParserConfig().set_ocr_strategy(PdfOcrStrategy.NO_OCR)
    extractor = Extractor().set_extract_string_max_length(30_000_000).set_pdf_config(settings)
    return lambda path: str(extractor.extract_file_to_string(path)[0])


def _markitdown() -> Callable[[str], str]:
    from markitdown import MarkItDown  # type: ignore[import-not-found]

    reader = MarkItDown()

    def read(path: str) -> str:
        # Of other kinds it returns the bytes as text, or the names in the package.
        return str(reader.convert_local(path).markdown) if path.lower().endswith(_MARKITDOWN_READS) else ""

    return read


LIBRARIES: dict[str, Callable[[], Callable[[str], str]]] = {
    "xberg": _xberg,
    "extractous": _extractous,
    "markitdown": _markitdown,
}


def main() -> None:
    replies = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # libraries print
    read = LIBRARIES[sys.argv[1]]()
    for line in sys.stdin:
        try:
            words = words_of(read(line.rstrip("\n")))
        except BaseException:  # noqa: BLE001 - whatever another library raises
            words = None
        replies.write(json.dumps(words) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
