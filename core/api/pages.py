"""Pages of documents as pictures, drawn in the process that draws those of the preview."""

from __future__ import annotations

import io

from core.api.files import checked
from core.api.values import OnePage
from core.errors import BadInputError, FileProblem, FindlingError, problem_message
from core.library import Library, PagePart, PersonalView
from core.messages.visible import decoded

MIN_WIDTH, MAX_WIDTH = 16, 2000  # pixels
MAX_HEIGHT = 8000


def page(library: Library | PersonalView, request: OnePage) -> bytes:
    """A page of a PDF, or a picture, as PNG; raises BadInputError for a document without such pages."""
    path = checked(request.path)
    document = library.queries.document(path)
    if document is None or document.kind not in {"pdf", "image"}:
        raise BadInputError("api.no_pages", path=decoded(path))
    try:
        opened = library.pages.open(library.members.file_of(path), "pdf" if document.kind == "pdf" else "picture")
        number = request.page - 1
        if not 0 <= number < opened.pages:
            raise BadInputError("api.no_page", path=decoded(path), page=request.page, pages=opened.pages)
        wide, high = opened.size(number)
        width = max(MIN_WIDTH, min(request.width, MAX_WIDTH))
        scale = width / max(wide, 1)
        height = max(1, min(round(high * scale), MAX_HEIGHT))
        picture = library.pages.draw(opened, PagePart(number, scale, 0, 0, width, height))
    except FileProblem as problem:
        message = problem_message(problem.code)
        raise FindlingError("verbatim", sentence=message.sentence, remedy=message.remedy) from problem
    return _png(picture.pixels, (width, height))


def _png(pixels: bytes, size: tuple[int, int]) -> bytes:
    """A PNG of rows of blue, green, red and alpha."""
    from PIL import Image

    written = io.BytesIO()
    Image.frombytes("RGBA", size, pixels, "raw", "BGRA").save(written, "PNG")
    return written.getvalue()
