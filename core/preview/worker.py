"""The drawing process: opens the file that it is handed, and answers with pictures, boxes and blocks."""

from __future__ import annotations

import contextlib
import ctypes
import io
import mmap
import os
from collections.abc import Callable
from typing import Any

from core.errors import FileProblem
from core.preview import messages
from core.preview.messages import Answer, Draw, Failed, Highlight, Measured, Open, Structure
from core.processes.answer_socket import AnswerSocket

HEAD = 4_096  # bytes by which an SVG file is known
ANSWERED_CODES = ("too_large", "crashed", "broken", "protected", "unreadable")


class OpenFile:
    """The file that is open: its bytes, and the pages made of them."""

    def __init__(self, descriptor: int, what: Open) -> None:
        with os.fdopen(descriptor, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if not size:
                raise FileProblem("broken", "empty")
            self._data = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)
        self.pages: Any = None
        self._array: Any = None
        match what.source:
            case "pdf":
                from core.preview.pdf import PdfPages

                self._array = (ctypes.c_char * size).from_buffer(self._data)
                self.pages = PdfPages(self._array, what.password)
            case "picture":
                from core.preview.picture import PicturePages
                from core.preview.vector_picture import VectorPages, is_vector_picture

                is_vector = is_vector_picture(self._data[:HEAD])
                self.pages = VectorPages(self._data[:]) if is_vector else PicturePages(io.BytesIO(self._data))
            case "html":
                self.pages = None

    def markup(self) -> bytes:
        """The bytes of the file."""
        return self._data[:]

    def close(self) -> None:
        """Give the memory back."""
        if self.pages is not None:
            self.pages.close()
        self.pages = self._array = None
        with contextlib.suppress(BufferError):  # PDFium's array is collected later
            self._data.close()


class DrawingWorker:
    """Answers one request after another until the window's end of the socket is closed."""

    def __init__(self, requests: AnswerSocket) -> None:
        self._requests = requests
        self._open: OpenFile | None = None

    def serve(self) -> None:
        """Answer until the socket is closed."""
        self._requests.send(messages.DrawingReady())
        while (received := self._requests.receive(messages.MAX_HEAD)) is not None:
            head, descriptor = received
            try:
                answer, payload = self._answer(messages.request(head), descriptor)
            except FileProblem as problem:
                code = problem.code if problem.code in ANSWERED_CODES else "broken"
                answer, payload = Failed(code, problem.detail), b""  # type: ignore[arg-type]
            except MemoryError:
                answer, payload = Failed("too_large", "out of memory"), b""
            self._requests.send(answer, payload)

    def _answer(self, request: messages.Request, descriptor: int) -> tuple[Answer, Any]:
        if isinstance(request, Open):
            return self._open_file(descriptor, request), b""
        if isinstance(request, Highlight):
            from core.preview.code import tokens_of

            return messages.Highlighted(tokens_of(request.name, request.text)), b""
        if self._open is None:
            raise FileProblem("broken", "no file is open")
        if isinstance(request, Structure):
            from core.preview.web_page import blocks_of

            return messages.Structured(blocks_of(self._open.markup())), b""
        pages = self._open.pages
        if pages is None:
            raise FileProblem("broken", "not a document of pages")
        if isinstance(request, Draw):
            drawn: tuple[Answer, Any] = pages.draw(request)
            return drawn
        measure: Callable[[int], tuple[Answer, Any]] | None = getattr(pages, "measure", None)
        return (Measured(""), b"") if measure is None else measure(request.page)

    def _open_file(self, descriptor: int, request: Open) -> Answer:
        if self._open is not None:
            self._open.close()
            self._open = None
        if descriptor < 0:
            raise FileProblem("unreadable", "no descriptor")
        opened = self._open = OpenFile(descriptor, request)
        if opened.pages is None:
            return messages.DocumentOpened(1, [(1.0, 1.0)])
        answer: Answer = opened.pages.opened()
        return answer


def main() -> None:
    """Run as the process of a `DrawingProcess`, whose socket is descriptor 0."""
    requests = AnswerSocket.of_stdin()
    # Imported before anything is confined: afterwards no file can be opened.
    from core.preview import code, pdf, picture, vector_picture, web_page  # noqa: F401
    from core.preview.confinement import confine_drawing

    picture.load_decoders()
    confine_drawing()
    DrawingWorker(requests).serve()


if __name__ == "__main__":
    main()
