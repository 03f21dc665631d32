"""An OpenID Connect provider: what a library's server says of it, and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.errors import SignInError
from core.sign_in import web

SCOPE = "openid profile email"
OFFLINE = "offline_access"  # the scope without which some providers give no refresh token
WELL_KNOWN = "/.well-known/openid-configuration"  # OpenID Connect Discovery 1.0, 4


@dataclass(frozen=True, slots=True)
class Provider:
    """Where to sign in: the URL that names the provider, and the name that it knows Findling by."""

    issuer: str
    client_id: str
    scope: str = SCOPE

    @classmethod
    def of(cls, answer: Any) -> Provider:
        """The provider that a server names, in the JSON object of its /v1/sign-in. Raises SignInError."""
        values = [answer.get(name) if isinstance(answer, dict) else None for name in ("issuer", "client_id", "scope")]
        issuer, client_id, scope = (value if isinstance(value, str) else "" for value in values)
        if not issuer or not client_id:
            raise SignInError("sign_in.no_provider")
        if not web.is_secure(issuer):
            raise SignInError("sign_in.insecure", address=issuer)
        return cls(issuer, client_id, scope or SCOPE)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of a provider; "" for what it does not offer."""

    authorization: str
    token: str
    device: str
    keys: str
    gives_offline: bool

    def scope(self, provider: Provider) -> str:
        """What to ask for."""
        return f"{provider.scope} {OFFLINE}" if self.gives_offline else provider.scope


def discover(issuer: str) -> Endpoints:
    """What the provider says of itself. Raises SignInError."""
    found = web.get(issuer.rstrip("/") + WELL_KNOWN, issuer)
    if found.get("issuer") != issuer:
        raise SignInError("sign_in.not_a_provider", issuer=issuer)
    names = ("authorization_endpoint", "token_endpoint", "device_authorization_endpoint", "jwks_uri")
    authorization, token, device, keys = (_address(found, name) for name in names)
    scopes = found.get("scopes_supported")
    return Endpoints(authorization, token, device, keys, isinstance(scopes, list) and OFFLINE in scopes)


def _address(found: dict[str, Any], name: str) -> str:
    address = found.get(name)
    if not isinstance(address, str):
        return ""
    if not web.is_secure(address):
        raise SignInError("sign_in.insecure", address=address)
    return address
