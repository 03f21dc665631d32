"""The recognising process: opens the file that it is handed, draws a page and reads its words."""

from __future__ import annotations

import dataclasses
import os
import sys

from core.errors import FileProblem
from core.ocr import messages
from core.ocr.base import Recogniser
from core.ocr.messages import OcrAnswer, OcrFailed, OpenPages
from core.ocr.noise import without_noise
from core.ocr.page_image import PageImages
from core.ocr.registry import engine_named
from core.processes.answer_socket import AnswerSocket

OCR_MEMORY = 2560 * 1024 * 1024  # bytes; a large page takes 300 MB with Tesseract, and 1 GB with neural networks
OPEN_FILES = 64
ANSWERED_CODES = ("too_large", "crashed", "broken", "protected", "unreadable")


class OcrWorker:
    """Answers one request after another until the socket is closed."""

    def __init__(self, requests: AnswerSocket, recogniser: Recogniser) -> None:
        self._requests, self._recogniser = requests, recogniser
        self._pages: PageImages | None = None

    def serve(self) -> None:
        """Answer until the socket is closed."""
        self._requests.send(messages.OcrReady())
        while (received := self._requests.receive(messages.MAX_HEAD)) is not None:
            head, descriptor = received
            try:
                answer = self._answer(messages.request(head), descriptor)
            except FileProblem as problem:
                code = problem.code if problem.code in ANSWERED_CODES else "broken"
                answer = OcrFailed(code, problem.detail)  # type: ignore[arg-type]
            except MemoryError:
                answer = OcrFailed("too_large", "out of memory")
            self._requests.send(answer)

    def _answer(self, request: messages.OcrRequest, descriptor: int) -> OcrAnswer:
        if isinstance(request, OpenPages):
            return self._opened(descriptor, request)
        if self._pages is None:
            raise FileProblem("broken", "no file is open")
        image, scale, dpi = self._pages.image(request.page)
        words = self._recogniser.words(without_noise(image), dpi)[: messages.MAX_WORDS]
        found = [messages.FoundWord(*dataclasses.astuple(word)) for word in words]
        return messages.Recognised([word for word in found if len(word.text) <= messages.MAX_WORD_CHARS], scale)

    def _opened(self, descriptor: int, request: OpenPages) -> OcrAnswer:
        if self._pages is not None:
            self._pages.close()
            self._pages = None
        if descriptor < 0:
            raise FileProblem("unreadable", "no descriptor")
        with os.fdopen(descriptor, "rb") as file:
            data = file.read()
        self._pages = PageImages(data, request.source)
        return messages.PagesOpened(self._pages.count)


def main() -> None:
    """Run as a process of `core.ocr.process`, with the engine's name and its languages as arguments."""
    requests = AnswerSocket.of_stdin()
    engine, languages = engine_named(sys.argv[1]), tuple(filter(None, sys.argv[2].split("+")))
    # All of it is imported and loaded before anything is confined: afterwards no other file can be opened.
    from core.preview import picture
    from core.preview.confinement import FONTS
    from core.processes.limits import limit_resources
    from core.processes.sandbox import confine

    picture.load_decoders()
    recogniser = engine.open_recogniser(languages)
    limit_resources(memory=OCR_MEMORY, open_files=OPEN_FILES)
    confine([*FONTS, *engine.readable_folders()])
    OcrWorker(requests, recogniser).serve()


if __name__ == "__main__":
    main()
