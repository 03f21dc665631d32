"""One HTTP request to an engine: its answer, or an error that says why there is none."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from core import connections
from core.errors import EngineAnswerError, EngineUnavailableError
from core.models import ModelSpec

MAX_ANSWER = 4 * 1024 * 1024  # bytes
REFUSED = (400, 413, 422)  # statuses of an API that rejects the request
MAX_REASON = 200  # characters of the server's own words


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where texts become vectors: an OpenAI-compatible address such as http://127.0.0.1:4321/v1, its key, its model.

    `served_as` is what the server calls the model; empty if that is the spec's name. `second_spec` is a model that it
    serves besides.
    """

    base_url: str
    api_key: str = field(repr=False)
    model_spec: ModelSpec
    served_as: str = ""
    second_spec: ModelSpec | None = None

    @property
    def second(self) -> Endpoint | None:
        """The endpoint of the model that it serves besides, None without one."""
        return None if self.second_spec is None else Endpoint(self.base_url, self.api_key, self.second_spec)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow no redirect: the key is for the given address only."""


def ask(endpoint: Endpoint, path: str, body: dict[str, Any] | None, timeout: float) -> Any:
    """Send a request to `path` below the endpoint's address and return the JSON answer; without `body` it is a GET.

    Raises EngineUnavailableError (no answer now) or EngineAnswerError (refused, no such API, not JSON).
    """
    request = _request(endpoint, path, body)
    handlers: Sequence[urllib.request.BaseHandler] = [_NoRedirect()]
    if connections.leaves_machine(urlsplit(endpoint.base_url).hostname or ""):
        _record(endpoint, sent=len(request.data) if isinstance(request.data, bytes) else 0)
    else:
        handlers = [*handlers, urllib.request.ProxyHandler({})]
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=timeout) as answer:
            data = _whole(answer, time.monotonic() + timeout)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(endpoint, error) from error
    except (http.client.InvalidURL, UnicodeError):
        raise _unsendable() from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        reason = getattr(reason, "strerror", None) or reason  # without the error number
        raise EngineUnavailableError("probe.no_answer", server=host_of(endpoint), reason=reason) from error
    except ValueError:  # its text contains the key
        raise _unsendable() from None
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise EngineAnswerError("probe.not_json", server=host_of(endpoint)) from error


def _record(endpoint: Endpoint, sent: int) -> None:
    parts = urlsplit(endpoint.base_url)
    port = parts.port or connections.PORTS[parts.scheme]
    connections.record(parts.hostname or "", port, "engine", parts.netloc.rpartition("@")[2], sent=sent)


def _whole(answer: http.client.HTTPResponse, end: float) -> bytes:
    """The whole answer; raises TimeoutError if it is not complete at `end` (time.monotonic() seconds)."""
    data = b""
    while len(data) < MAX_ANSWER and (piece := answer.read1(MAX_ANSWER - len(data))):
        data += piece
        if time.monotonic() > end:
            raise TimeoutError("timed out")
    return data


def _request(endpoint: Endpoint, path: str, body: dict[str, Any] | None) -> urllib.request.Request:
    headers = {"Content-Type": "application/json"}
    if endpoint.api_key:
        headers["Authorization"] = f"Bearer {endpoint.api_key}"
    if not _is_web_address(endpoint.base_url):
        raise EngineAnswerError("probe.not_web_address")
    data = None if body is None else json.dumps(body).encode()
    return urllib.request.Request(endpoint.base_url.rstrip("/") + path, data, headers)  # noqa: S310


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _unsendable() -> EngineAnswerError:
    return EngineAnswerError("probe.unsendable")


def _refusal(endpoint: Endpoint, error: urllib.error.HTTPError) -> EngineAnswerError | EngineUnavailableError:
    status, server = error.code, host_of(endpoint)
    if status in REFUSED:
        reason = _reason(error) or str(status)
        return EngineAnswerError("probe.refused", server=server, reason=reason)
    if status in (401, 403):
        return EngineAnswerError("probe.wrong_key", server=server, status=status)
    if status in (408, 429) or status >= 500:
        return EngineUnavailableError("probe.not_ready", server=server, status=status)
    return EngineAnswerError("probe.no_api", server=server, status=status)


def _reason(error: urllib.error.HTTPError) -> str:
    """The server's reason of a refusal, in one line; "" if it is not in the API's format."""
    try:
        said = json.loads(error.read(MAX_ANSWER))
        words = said.get("message") or said["error"]["message"]  # SGLang's form, and the API's own
    except (OSError, http.client.HTTPException, ValueError, RecursionError, AttributeError, LookupError, TypeError):
        return ""
    return " ".join(str(words).split())[:MAX_REASON].rstrip(".")


def host_of(endpoint: Endpoint) -> str:
    """The host and port of an endpoint, or its scheme where it names no port."""
    parts = urlsplit(endpoint.base_url)
    return f"{parts.hostname}:{parts.port or parts.scheme}"
