"""Recognises the text of scanned pages and pictures: page by page, when nothing else is to be done, or on demand."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from core.document import Kind
from core.errors import OcrError
from core.events import OcrProgress, Trouble
from core.extract import kind_of
from core.indexer.stages.recognised_text import merge_recognised
from core.ocr.availability import OcrAvailability, availability
from core.ocr.messages import PageSource
from core.ocr.reader import PageJob, PageResult, ScanReader
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.recognised_table import OcrKey, RecognisedRow

FIRST_MERGE = 8  # pages of a long document, after which its text is renewed, and then whenever their number has doubled
PASSING = ("vanished", "unreadable")  # problems that may be gone the next time
log = logging.getLogger(__name__)


@dataclass(slots=True)
class _PagesRequest:
    """The pages of one file that the user waits for; `total` of them when they were asked for."""

    path: bytes
    pages: Sequence[int]  # none: all that are not recognised
    left: deque[int] = field(default_factory=deque)
    total: int = 0
    content_id: int = 0  # 0 until the file has been read


class RecogniseStage:
    """Reads one page at a time and stores it at once, so that a kill costs one page. Use it on the indexer's thread.

    `rechunk` queues a content whose text has grown; `read_file` a file that is indexed by name only, so far.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        settings: Settings,
        *,
        rechunk: Callable[[int], None],
        read_file: Callable[[bytes], None],
        wake: Callable[[], None],
    ) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._rechunk, self._read_file, self._wake = rechunk, read_file, wake
        self._found: OcrAvailability = availability(settings)
        self._reader: ScanReader | None = None
        self._results: deque[PageResult] = deque()
        self._reading: PageJob | None = None
        self._error: OcrError | None = None
        self._lock = threading.Lock()  # of the requests, which other threads ask for
        self._requests: list[_PagesRequest] = []
        self._since_merge: dict[int, int] = {}
        self._pending: deque[tuple[int, int]] = deque()
        self.reload()

    @property
    def waiting(self) -> bool:
        """Whether pages wait to be read, or one is being read."""
        return bool(self._pending or self._requests or self._reading or self._results)

    def reload(self) -> None:
        """Look in the catalogue for the pages to read."""
        is_on = self._settings.read_scans and self._found.can_be_recognised
        self._pending = deque(self._catalogue.recognised.pending(self._key) if is_on else ())

    def add(self, content_ids: Iterable[int]) -> None:
        """Queue the pages of new contents."""
        if self._settings.read_scans and self._found.can_be_recognised:
            known = set(self._pending)
            for content_id in content_ids:
                pages = self._catalogue.recognised.pending_of(content_id, self._key)
                self._pending.extend(page for page in ((content_id, page) for page in pages) if page not in known)

    def request(self, path: bytes, pages: Sequence[int]) -> None:
        """Read pages of a file at once (none: all), as the user waits for them."""
        if not self._found.can_be_recognised:
            self._found = availability(self._settings)  # it may have been installed meanwhile
        self._error = None
        with self._lock:
            self._requests = [one for one in self._requests if one.path != path]
            self._requests.append(_PagesRequest(path, pages))
        if self._catalogue.content_of(path) is None:
            self._read_file(path)

    def cancel(self, path: bytes) -> None:
        """Stop reading what was requested of a file; the pages that are read stay."""
        with self._lock:
            content_ids = {one.content_id for one in self._requests if one.path == path}
            self._requests = [one for one in self._requests if one.path != path]
        if self._reading is not None and self._reader is not None and self._reading.content_id in content_ids:
            self._reader.cancel()
        for content_id in content_ids:
            self._merge(content_id)

    def request_progress(self, path: bytes) -> tuple[int, int] | None:
        """(read, requested) pages of a file, on any thread; None if nothing is requested of it."""
        with self._lock:
            found = next((one for one in self._requests if one.path == path), None)
            return None if found is None else (found.total - len(found.left), found.total)

    def submit(self, *, idle: bool) -> None:
        """Start reading the next page: one that was requested, or any if the pipeline is `idle`."""
        if self._reading is not None or self._results or self._error is not None:
            return
        job = self._requested_job() or (self._pending_job() if idle else None)
        if job is not None:
            self._reading = job
            if self._reader is None:
                self._reader = ScanReader(self._found.engine, self._found.languages, self._on_result)
            self._reader.submit(job)

    def store(self) -> bool:
        """Store the page that was read; False if there is none."""
        if not self._results:
            return False
        result = self._results[0]
        content_id, page = result.job.content_id, result.job.page
        if result.error is not None:
            self._error = result.error
            log.warning("%s", result.error)
            with self._lock:
                self._requests.clear()
        elif result.text is not None or (result.problem is not None and result.problem not in PASSING):
            text = result.text.text if result.text else ""
            places = result.text.packed_places() if result.text else b""
            with self._catalogue.transaction():
                row = RecognisedRow(page, text, places, result.problem or "")
                self._catalogue.recognised.put(content_id, self._key, row)
        self._results.popleft()
        self._reading = None
        if result.error is None and (result.text is not None or result.problem is not None):
            self._finish(content_id, page)
        return True

    def progress(self) -> OcrProgress:
        """How many pages without text there are, how many are read, and what is being read."""
        total, done = self._catalogue.recognised.counts()
        error = self._error or (self._found.missing if self._settings.read_scans else None)
        trouble = Trouble(error.code, error.sentence, error.remedy) if error is not None else None
        current = self._reading
        return OcrProgress(
            done=done,
            total=total,
            is_on=self._settings.read_scans,
            waiting=len(self._pending) + (1 if current is not None else 0),
            current=current.path.decode("utf-8", "surrogateescape") if current is not None else "",
            page=current.page if current is not None else 0,
            trouble=trouble,
        )

    def close(self) -> None:
        """End the process; the page that is being read is read again the next time."""
        if self._reader is not None:
            self._reader.close()

    @property
    def _key(self) -> OcrKey:
        return OcrKey(self._found.engine, "+".join(self._found.languages))

    def _on_result(self, result: PageResult) -> None:
        self._results.append(result)
        self._wake()

    def _requested_job(self) -> PageJob | None:
        for request in list(self._requests):
            if not request.content_id:
                request.content_id = self._catalogue.content_of(request.path) or 0
                if not request.content_id:
                    if not self._catalogue.is_waiting(request.path):
                        self._drop(request)  # it cannot be read
                    continue
                found = request.pages or self._catalogue.recognised.unread(request.content_id)
                with self._lock:
                    request.left, request.total = deque(found), len(found)
            if not request.left:
                self._drop(request)
                continue
            if (job := self._job(request.content_id, request.left[0])) is not None:
                return job
            self._drop(request)
        return None

    def _pending_job(self) -> PageJob | None:
        while self._pending:
            if (job := self._job(*self._pending.popleft())) is not None:
                return job
        return None

    def _job(self, content_id: int, page: int) -> PageJob | None:
        files = self._catalogue.contents.files_with([content_id]).get(content_id, ())
        members = self._catalogue.members.containers(file[1] for file in files)
        path = next((file[1] for file in sorted(files, key=lambda file: file[1] in members)), None)
        content = self._catalogue.contents.get(content_id)
        if path is None or content is None:
            return None
        member = self._catalogue.members.location(path)
        return PageJob(content_id, path, _source(content.kind, path), page, member)

    def _drop(self, request: _PagesRequest) -> None:
        with self._lock:
            self._requests = [one for one in self._requests if one is not request]

    def _finish(self, content_id: int, page: int) -> None:
        """Count a page as read, and renew the text of its document where that is due."""
        requests = [one for one in self._requests if one.content_id == content_id]
        for request in requests:
            with self._lock:
                request.left = deque(other for other in request.left if other != page)
        self._pending = deque(one for one in self._pending if one != (content_id, page))
        count = self._since_merge[content_id] = self._since_merge.get(content_id, 0) + 1
        is_last = not any(request.left for request in requests) and not any(
            one == content_id for one, _ in self._pending
        )
        if is_last or (count >= FIRST_MERGE and count & (count - 1) == 0):
            self._merge(content_id)
        for request in requests:
            if not request.left:
                self._drop(request)

    def _merge(self, content_id: int) -> None:
        count = self._since_merge.pop(content_id, 0)
        with self._catalogue.transaction():
            new_id = merge_recognised(self._catalogue, content_id)
        if not new_id:
            return
        self._rechunk(new_id)
        self._since_merge[new_id] = count
        self._pending = deque((new_id if one == content_id else one, page) for one, page in self._pending)
        for request in self._requests:
            if request.content_id == content_id:
                request.content_id = new_id


def _source(kind: Kind | str, path: bytes) -> PageSource:
    return "picture" if kind == "image" or kind_of(path) == "image" else "pdf"
