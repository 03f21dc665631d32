"""Sign-in in the browser: an authorization code with PKCE, and an address of this computer where the browser returns.

RFC 8252 (native apps), 7636 (PKCE) and 9207 (whose answer it is).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from core.errors import SignInError
from core.messages import tr
from core.sign_in import web
from core.sign_in.provider import Endpoints, Provider
from core.sign_in.tokens import Tokens, refused, tokens_of

HOST = "127.0.0.1"
LOOK_SECONDS = 0.2  # between two looks for the end
REQUEST_SECONDS = 5.0  # for a browser to send its request
PAGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Findling</title></head><body><p>{text}</p></body></html>'
)


def sign_in(
    provider: Provider, found: Endpoints, show: Callable[[str, str], None], ended: threading.Event, seconds: float
) -> Tokens:
    """Show the URL to open and wait until the browser comes back. Raises SignInError."""
    if not found.authorization or not found.token:
        raise SignInError("sign_in.not_a_provider", issuer=provider.issuer)
    verifier, nonce, state = (secrets.token_urlsafe(32) for _ in range(3))
    with _Returns(state, provider.issuer) as returns:
        query = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": returns.address,
            "scope": found.scope(provider),
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
            .rstrip(b"=")
            .decode(),
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(found.authorization).query else "?"
        show(f"{found.authorization}{joint}{urlencode(query)}", "")
        given = returns.wait(ended, seconds)
    if "error" in given:
        raise refused(given["error"], given.get("error_description", ""), provider)
    form = {
        "grant_type": "authorization_code",
        "code": given.get("code", ""),
        "redirect_uri": query["redirect_uri"],
        "client_id": provider.client_id,
        "code_verifier": verifier,
    }
    return tokens_of(web.post(found.token, provider.issuer, form), provider, nonce=nonce)


class _Returns(ThreadingHTTPServer):
    """Waits on a port of this computer for the one request that has the right state; others end nothing."""

    daemon_threads = True
    block_on_close = False  # a browser may hold a connection open that it never uses
    timeout = LOOK_SECONDS

    def __init__(self, state: str, issuer: str) -> None:
        super().__init__((HOST, 0), _BrowserRequest)
        self._state, self._issuer = state, issuer
        self.given: dict[str, str] | None = None

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}/"

    def wait(self, ended: threading.Event, seconds: float) -> dict[str, str]:
        """What the provider sends by the browser. Raises SignInError."""
        end = time.monotonic() + seconds
        while self.given is None:
            if ended.is_set() or time.monotonic() > end:
                raise SignInError("sign_in.too_late")
            self.handle_request()
        return self.given

    def is_answer(self, given: dict[str, str]) -> bool:
        """Whether a request is the provider's answer to this attempt."""
        is_mine = hmac.compare_digest(given.get("state", "").encode(), self._state.encode())
        return is_mine and given.get("iss", self._issuer) == self._issuer and ("code" in given or "error" in given)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke off."""


class _BrowserRequest(BaseHTTPRequestHandler):
    """One request of the browser, or of whatever else finds the port."""

    timeout = REQUEST_SECONDS
    server: _Returns

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(parts.query).items() if len(values) == 1}
        if parts.path != "/" or not self.server.is_answer(given):
            self._answer(404, tr("Nobody signs in here."))
            return
        declined = "error" in given
        self._answer(200, tr("You are not signed in.") if declined else tr("You can close this page."))
        self.server.given = given

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Log nothing: the address has a code in it."""

    def _answer(self, status: int, text: str) -> None:
        body = PAGE.format(text=html.escape(text)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
