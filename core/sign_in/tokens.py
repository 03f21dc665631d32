"""What a provider gives to who has signed in, and its renewal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import SignInError
from core.sign_in import web
from core.sign_in.provider import Provider, discover

LEEWAY = 60.0  # seconds by which clocks may differ
NAMES = ("preferred_username", "email", "name", "sub")  # of a person, the first that is there
ENDED = ("invalid_grant", "invalid_client", "unauthorized_client")  # OAuth's errors that trying again does not mend


@dataclass(frozen=True, slots=True)
class Tokens:
    """The ID token, which is sent to the library's server, and the one that renews it, "" if there is none.

    `expires` is the time in seconds since 1970, `person` is for people to read.
    """

    id_token: str
    refresh_token: str
    expires: float
    person: str


def tokens_of(answer: Mapping[str, Any], provider: Provider, *, nonce: str = "", old: str = "") -> Tokens:
    """The tokens in the answer of a provider's token endpoint; `old` is the refresh token that stays else.

    The signature is not looked at: TLS says whose answer it is (OpenID Connect Core 1.0, 3.1.3.7), and the server that
    the token is for checks it. Raises SignInError.
    """
    import jwt

    if isinstance(error := answer.get("error"), str):
        raise refused(error, str(answer.get("error_description", "")), provider)
    id_token, refresh_token = answer.get("id_token"), answer.get("refresh_token")
    try:
        claims = jwt.decode(
            id_token if isinstance(id_token, str) else "",
            options={
                "verify_signature": False,
                "verify_aud": True,
                "verify_iss": True,
                "verify_exp": True,
                "require": ["exp", "iss", "aud", "sub"],
            },
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY,
        )
    except jwt.PyJWTError as error:
        raise SignInError("sign_in.no_token", issuer=provider.issuer) from error
    if nonce and claims.get("nonce") != nonce:
        raise SignInError("sign_in.no_token", issuer=provider.issuer)
    person = next((value for name in NAMES if isinstance(value := claims.get(name), str) and value), "")
    return Tokens(str(id_token), refresh_token if isinstance(refresh_token, str) else old, float(claims["exp"]), person)


def renewed(tokens: Tokens, provider: Provider) -> Tokens:
    """Newer tokens. Raises SignInError; its `is_over` says that the person has to sign in again."""
    if not tokens.refresh_token:
        raise SignInError("sign_in.again", issuer=provider.issuer, is_over=True)
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token, "client_id": provider.client_id}
    answer = web.post(discover(provider.issuer).token, provider.issuer, form)
    if answer.get("error") in ENDED or ("error" not in answer and "id_token" not in answer):
        raise SignInError("sign_in.again", issuer=provider.issuer, is_over=True)
    return tokens_of(answer, provider, old=tokens.refresh_token)


def is_stale(tokens: Tokens) -> bool:
    """Whether the ID token is not to be sent any more."""
    return time.time() > tokens.expires - LEEWAY


def refused(error: str, detail: str, provider: Provider) -> SignInError:
    """The error of a provider that answers with one (RFC 6749, 4.1.2.1 and 5.2)."""
    if error == "access_denied":
        return SignInError("sign_in.declined", issuer=provider.issuer)
    if error == "expired_token":
        return SignInError("sign_in.too_late")
    return SignInError("sign_in.refused", issuer=provider.issuer, reason=detail or error)
