"""Whose token of an OpenID Connect provider one is: checked with the provider's keys, which are read when needed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import jwt

from core.errors import FindlingError, SignInError
from core.sign_in import web
from core.sign_in.provider import discover

CLAIM = "preferred_username"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
KEY_TYPES = ("RSA", "EC", "OKP")  # those of which only the provider has the secret part
TYPES = ("", "jwt", "at+jwt", "application/at+jwt")  # of a token, in small letters; not of one that ends a session
REQUIRED = ["exp", "iss", "aud", "sub"]
LEEWAY = 60.0  # seconds by which clocks may differ
FRESH_SECONDS = 600.0  # from then on the keys are read again while those that are known count
OLD_SECONDS = 86_400.0  # from then on they count no longer
RETRY_SECONDS = 10.0  # between two attempts to read them, whatever is asked
UNAUTHORIZED, FORBIDDEN, UNAVAILABLE = 401, 403, 503


@dataclass(frozen=True, slots=True)
class TrustedProvider:
    """A provider whose tokens for `client_id` count; their `claim` is the name of a user of this system."""

    issuer: str
    client_id: str
    claim: str = CLAIM


class TokenRefusedError(FindlingError):
    """A token does not count, with the status of the answer."""

    def __init__(self, status: int, message_code: str, /, **facts: Any) -> None:
        super().__init__(message_code, **facts)
        self.status = status


class SignedTokens:
    """Tells whose a token is. To be used on one event loop; reading keys and looking up a person runs on `workers`."""

    def __init__(self, trusted: TrustedProvider, look_up: Callable[[str], object], workers: Executor) -> None:
        """`look_up` raises FindlingError for a name that may not sign in."""
        self._trusted, self._look_up, self._workers = trusted, look_up, workers
        self._keys = ProviderKeys(trusted.issuer, workers)
        self._decoder = jwt.PyJWT({"enforce_minimum_key_length": True, "require": REQUIRED})

    async def name_of(self, token: str) -> str:
        """The name of the user with a token. Raises TokenRefusedError."""
        try:
            header = jwt.get_unverified_header(token)
            algorithm, kind = header.get("alg"), str(header.get("typ") or "").lower()
            if algorithm not in ALGORITHMS or kind not in TYPES:
                raise TokenRefusedError(UNAUTHORIZED, "bearer.invalid")
            key = await self._keys.of(header.get("kid"))
            if key.get("alg", algorithm) != algorithm:
                raise TokenRefusedError(UNAUTHORIZED, "bearer.invalid")
            claims = self._decoder.decode(
                token,
                jwt.PyJWK(key, algorithm),
                algorithms=[algorithm],
                audience=self._trusted.client_id,
                issuer=self._trusted.issuer,
                leeway=LEEWAY,
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenRefusedError(UNAUTHORIZED, "bearer.expired") from error
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise TokenRefusedError(UNAUTHORIZED, "bearer.invalid") from error
        return await self._person(claims)

    async def _person(self, claims: dict[str, Any]) -> str:
        """The user whom the claims name; nothing else in them counts."""
        claim = self._trusted.claim
        name = claims.get(claim)
        is_theirs = claim != "email" or claims.get("email_verified") is True
        if not isinstance(name, str) or not name or not is_theirs:
            raise TokenRefusedError(FORBIDDEN, "bearer.no_claim", claim=claim)
        try:
            await asyncio.get_running_loop().run_in_executor(self._workers, self._look_up, name)
        except FindlingError as error:
            raise TokenRefusedError(FORBIDDEN, error.message.code, **error.message.facts) from error
        return name


class ProviderKeys:
    """The public keys of a provider by their ids, read by one request at a time, and seldom."""

    def __init__(self, issuer: str, workers: Executor) -> None:
        self._issuer, self._workers = issuer, workers
        self._keys: list[dict[str, Any]] = []
        self._read_at = self._tried_at = -OLD_SECONDS
        self._reading: asyncio.Task[None] | None = None
        self._problem: SignInError | None = None

    async def of(self, key_id: Any) -> dict[str, Any]:
        """The key with an id, or the only one for a token that names none. Raises TokenRefusedError."""
        known = self._known(key_id)
        if known is None or self._age() > FRESH_SECONDS:
            reading = self._read_again()
            if known is None and reading is not None:
                await asyncio.shield(reading)
                known = self._known(key_id)
        if known is not None:
            return known
        if self._problem is not None:
            raise TokenRefusedError(UNAVAILABLE, self._problem.message.code, **self._problem.message.facts)
        raise TokenRefusedError(UNAUTHORIZED, "bearer.invalid")

    def _known(self, key_id: Any) -> dict[str, Any] | None:
        if self._age() > OLD_SECONDS:
            return None
        if key_id is None and len(self._keys) == 1:
            return self._keys[0]
        return next((key for key in self._keys if key_id is not None and key.get("kid") == key_id), None)

    def _age(self) -> float:
        return time.monotonic() - self._read_at

    def _read_again(self) -> asyncio.Task[None] | None:
        """What reads the keys now; None if that was tried a moment ago."""
        if self._reading is None and time.monotonic() - self._tried_at > RETRY_SECONDS:
            self._reading = asyncio.get_running_loop().create_task(self._read())
        return self._reading

    async def _read(self) -> None:
        try:
            self._keys = await asyncio.get_running_loop().run_in_executor(self._workers, read_keys, self._issuer)
            self._read_at, self._problem = time.monotonic(), None
        except SignInError as error:
            self._problem = error
        finally:
            self._tried_at, self._reading = time.monotonic(), None


def read_keys(issuer: str) -> list[dict[str, Any]]:
    """The keys that a provider signs with now. Raises SignInError."""
    address = discover(issuer).keys
    keys = web.get(address, issuer).get("keys") if address else None
    if not isinstance(keys, list):
        raise SignInError("sign_in.not_a_provider", issuer=issuer)
    return [key for key in keys if isinstance(key, dict) and is_public(key)]


def is_public(key: dict[str, Any]) -> bool:
    """Whether a key is one that checks signatures and cannot make them."""
    return key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"
