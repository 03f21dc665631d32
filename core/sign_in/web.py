"""Requests to a provider: over TLS only, limited in time and size, and in the list of connections."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from core import connections
from core.errors import SignInError

WAIT_SECONDS = 10.0  # for a connection, and for each piece of an answer
ANSWER_SECONDS = 20.0  # for all of an answer
MAX_ANSWER = 1 << 20  # of an answer
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Findling"}


def is_secure(url: str) -> bool:
    """Whether a URL is one of TLS, or of this computer, so that nobody on the way can read or change what is sent."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and not connections.leaves_machine(host))


def get(url: str, issuer: str) -> dict[str, Any]:
    """The JSON object at a URL of a provider. Raises SignInError."""
    status, answer = _ask("GET", url, issuer)
    if status != 200:
        raise SignInError("sign_in.not_a_provider", issuer=issuer)
    return answer


def post(url: str, issuer: str, form: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object that answers a form, also one with an "error". Raises SignInError."""
    status, answer = _ask("POST", url, issuer, form)
    if status != 200 and not isinstance(answer.get("error"), str):
        raise SignInError("sign_in.not_a_provider", issuer=issuer)
    return answer


def _ask(method: str, url: str, issuer: str, form: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    """(status, JSON object); nothing is followed to another address."""
    import httpx2

    if not is_secure(url):
        raise SignInError("sign_in.insecure", address=url)
    name = urlsplit(issuer).hostname or ""

    def note(event: str, info: dict[str, Any]) -> None:
        if event.endswith("connect_tcp.started"):
            connections.record(info["host"], info["port"], "sign_in", name)

    end, body = time.monotonic() + ANSWER_SECONDS, bytearray()
    try:
        with (
            httpx2.Client(
                headers=HEADERS,
                timeout=WAIT_SECONDS,
                follow_redirects=False,
                verify=httpx2.create_ssl_context(),
                trust_env=connections.leaves_machine(urlsplit(url).hostname or ""),  # the proxy
            ) as client,
            client.stream(method, url, data=form, extensions={"trace": note}) as answer,
        ):
            for piece in answer.iter_raw():
                body += piece
                if len(body) > MAX_ANSWER or time.monotonic() > end:
                    raise SignInError("sign_in.not_a_provider", issuer=issuer)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise SignInError("sign_in.unreachable", issuer=issuer) from error
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise SignInError("sign_in.not_a_provider", issuer=issuer)
    return answer.status_code, value
