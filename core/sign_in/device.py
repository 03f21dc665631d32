"""Sign-in by a code that the person types in on any device (OAuth 2.0 Device Authorization Grant, RFC 8628)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from core.errors import SignInError
from core.sign_in import web
from core.sign_in.provider import Endpoints, Provider
from core.sign_in.tokens import Tokens, refused, tokens_of

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
INTERVAL = 5.0  # seconds between two questions, if the provider names none (RFC 8628, 3.2)
SLOWER = 5.0  # seconds more each time that the provider asks for it (RFC 8628, 3.5)


def sign_in(
    provider: Provider, found: Endpoints, show: Callable[[str, str], None], ended: threading.Event, seconds: float
) -> Tokens:
    """Show a code and wait until it is typed in. Raises SignInError."""
    if not found.device or not found.token:
        raise SignInError("sign_in.no_codes", issuer=provider.issuer)
    end = time.monotonic() + seconds
    form = {"client_id": provider.client_id, "scope": found.scope(provider)}
    grant = web.post(found.device, provider.issuer, form)
    if isinstance(error := grant.get("error"), str):
        raise refused(error, str(grant.get("error_description", "")), provider)
    device_code, code, url = (grant.get(name) for name in ("device_code", "user_code", "verification_uri"))
    if not (isinstance(device_code, str) and isinstance(code, str) and isinstance(url, str)):
        raise SignInError("sign_in.not_a_provider", issuer=provider.issuer)
    if not web.is_secure(url):  # a window opens it
        raise SignInError("sign_in.insecure", address=url)
    show(url, code)
    end = min(end, time.monotonic() + _number(grant.get("expires_in"), seconds))
    form = {"grant_type": GRANT_TYPE, "device_code": device_code, "client_id": provider.client_id}
    interval = _number(grant.get("interval"), INTERVAL)
    while time.monotonic() < end and not ended.wait(interval):
        try:
            answer = web.post(found.token, provider.issuer, form)
        except SignInError as error:
            if error.message.code != "sign_in.unreachable":
                raise
            interval *= 2  # RFC 8628, 3.5: a connection that timed out
            continue
        if answer.get("error") == "slow_down":
            interval += SLOWER
        elif answer.get("error") != "authorization_pending":
            return tokens_of(answer, provider)
    raise SignInError("sign_in.too_late")


def _number(value: Any, default: float) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 < value < 1e6 else default
