"""Asks a team library: a search in steps, a part of a document's text, a page as a picture, its state."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from core import VERSION
from core.errors import SignInError, TeamLibraryError
from core.messages.visible import cut, visible_text
from core.sign_in import Provider
from core.team.answers import TeamAnswer, TeamText, answer_of, text_of
from core.team.connection import TeamRequest
from core.team.library import TeamLibrary

SECONDS = 30.0  # that a request may take
MAX_ANSWER = 32 * 1024 * 1024  # bytes
MAX_REASON = 300  # characters of the server's own words
OK, UNAUTHORIZED, NOT_FOUND = 200, 401, 404
EVENT = b"data: "  # server-sent events
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TeamStatus:
    """How many documents one can find there, and its folders."""

    documents: int
    folders: tuple[str, ...]


class TeamClient:
    """Asks one thing at a time; all methods raise TeamLibraryError. `cancel` may be called on any thread."""

    def __init__(self, library: TeamLibrary, token: str | Callable[[], str], seconds: float = SECONDS) -> None:
        self._library = library
        self._request = TeamRequest(library, token, seconds)

    def cancel(self) -> None:
        """End what is asked; this client answers nothing more."""
        self._request.cancel()

    def search_steps(self, query: str, limit: int) -> Iterator[TeamAnswer]:
        """Each better answer to a query as it is typed."""
        with self._request.answer("search/steps", {"q": query, "limit": limit}) as answer:
            self._check(answer)
            for line in _lines(answer):
                if line.startswith(EVENT):
                    value = self._json(line.removeprefix(EVENT), answer)
                    self._raise_refusal(value)
                    yield self._read(answer_of, value, answer)

    def read(self, path: str, start: int, length: int) -> TeamText:
        """A part of a document's text, from a character on."""
        return self._value(text_of, "document", {"path": path, "start": start, "length": length})

    def page(self, path: str, number: int, width: int) -> bytes:
        """A page of a PDF or a picture, from 1, as PNG."""
        with self._request.answer("page", {"path": path, "page": number, "width": width}) as answer:
            self._check(answer)
            return self._request.read(answer, MAX_ANSWER)

    def status(self) -> TeamStatus:
        """Its state, which also tells whether it answers."""
        return self._value(_status, "status", {})

    def provider(self) -> Provider | None:
        """Where people sign in to get a token for it; None if it knows only tokens that are handed out."""
        with self._request.answer("sign-in", {}) as answer:
            if answer.status in {UNAUTHORIZED, NOT_FOUND}:
                return None
            self._check(answer)
            value = self._json(self._request.read(answer, MAX_ANSWER), answer)
        try:
            return Provider.of(value)
        except SignInError as error:
            raise TeamLibraryError("team.no_sign_in", name=self._library.name, sentence=error.sentence) from error

    def _value(self, read: Callable[[Any], T], path: str, facts: dict[str, object]) -> T:
        with self._request.answer(path, facts) as answer:
            self._check(answer)
            return self._read(read, self._json(self._request.read(answer, MAX_ANSWER), answer), answer)

    def _check(self, answer: http.client.HTTPResponse) -> None:
        """Raise the error that a status is."""
        if answer.status == OK:
            return
        if answer.status == UNAUTHORIZED:
            raise TeamLibraryError("team.unauthorized", name=self._library.name)
        if answer.status == NOT_FOUND:
            raise self._other_version(answer)
        self._raise_refusal(self._json(self._request.read(answer, MAX_ANSWER), answer))
        raise self._other_version(answer)

    def _raise_refusal(self, value: Any) -> None:
        """Raise the error that an answer is; its sentences are the server's."""
        error = value.get("error") if isinstance(value, dict) else None
        if isinstance(error, dict):
            said = " ".join(str(error.get(name, "")) for name in ("sentence", "remedy")).strip()
            said = visible_text(cut(said, MAX_REASON))
            raise TeamLibraryError("team.refused", name=self._library.name, sentence=said)

    def _json(self, body: bytes, answer: http.client.HTTPResponse) -> Any:
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self._other_version(answer) from error

    def _read(self, read: Callable[[Any], T], value: Any, answer: http.client.HTTPResponse) -> T:
        try:
            return read(value)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise self._other_version(answer) from error

    def _other_version(self, answer: http.client.HTTPResponse) -> TeamLibraryError:
        if version := _version(answer):
            return TeamLibraryError("team.other_version", name=self._library.name, version=version, own=VERSION)
        return TeamLibraryError("team.no_library", address=self._library.address)


def _lines(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """The lines of a stream, each of a limited length."""
    while line := answer.readline(MAX_ANSWER):
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(line)
        yield line


def _version(answer: http.client.HTTPResponse) -> str:
    return visible_text(cut(answer.headers.get("findling-version", ""), MAX_REASON))


def _status(value: Any) -> TeamStatus:
    return TeamStatus(int(value["lanes"]["names"]["done"]), tuple(map(str, value["folders"])))
