"""Single files: why one is found or not, what is wrong with some, and the text of a document."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

from core.api.json_values import broad_wildcards_as_json, file_uri, passage_as_json
from core.api.values import Read, Why
from core.control_socket.operation import NoValue
from core.document import Document, Part
from core.errors import BadInputError
from core.library import Library, PersonalView
from core.messages.visible import decoded

MAX_LENGTH = 100_000  # characters of one answer
MAX_PARTS = 1000


def checked(path: str) -> str:
    """A path that can be one; raises BadInputError. Relative ones would be the answering program's, not the asker's."""
    if "\0" in path or not os.path.isabs(path):
        raise BadInputError("api.no_path", path=path)
    return path


def why(library: Library | PersonalView, request: Why) -> dict[str, Any]:
    """An `Explanation`; with a query also the file's place in its list."""
    explanation = library.diagnostics.why(checked(request.path), request.q)
    return {
        **dataclasses.asdict(explanation),
        "path": decoded(explanation.path),
        "ranks": dict(explanation.ranks),
        "broad_wildcards": broad_wildcards_as_json(explanation.broad_wildcards),
    }


def problems(library: Library | PersonalView, _request: NoValue | None = None) -> dict[str, Any]:
    """The `Problems`, also those that the user ignores."""
    found = library.problems(with_ignored=True)
    listed = [{**dataclasses.asdict(problem), "path": decoded(problem.path)} for problem in found]
    return {"problems": listed, "by_name_only": library.diagnostics.by_name_only()}


def read(library: Library | PersonalView, request: Read) -> dict[str, Any]:
    """A `DocumentText`; raises BadInputError for a file without text, and for a page that it does not have."""
    document = library.queries.document(checked(request.path))
    if document is None:
        raise BadInputError("api.no_text", path=request.path)
    start, end = _span(document, request)
    matches = library.queries.passages_in_file(request.q, request.path) if request.q.strip() else ()
    page = next((part.number for part in document.parts if part.start <= start < max(part.end, part.start + 1)), None)
    return {
        "path": request.path,
        "uri": file_uri(request.path),
        "title": decoded(document.title),
        "kind": document.kind,
        "author": document.author,
        "notes": list(document.notes),
        "start": start,
        "end": end,
        "total": len(document.text),
        "page": page,
        "text": document.text[start:end],
        "parts": [dataclasses.asdict(part) for part in document.parts[:MAX_PARTS]],
        "matches": [passage_as_json(passage) for passage in matches],
    }


def _span(document: Document, request: Read) -> tuple[int, int]:
    """The characters to return."""
    length, total = max(1, min(request.length, MAX_LENGTH)), len(document.text)
    if request.page is None:
        start = max(0, min(request.start, total))
        return start, min(total, start + length)
    part = next((part for part in document.parts if part.number == request.page), None)
    if part is None:
        raise BadInputError("api.no_page", path=request.path, page=request.page, pages=_pages(document.parts))
    start = min(part.end, part.start + max(0, request.start))
    return start, min(part.end, start + length)


def _pages(parts: tuple[Part, ...]) -> int:
    return max((part.number for part in parts), default=0)
