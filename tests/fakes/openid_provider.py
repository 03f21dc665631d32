"""An OpenID Connect provider of Authlib's grants (code with PKCE, device code, refresh), over TLS, on 127.0.0.1.

Arguments: port, certificate, key. Whoever comes by browser is the person that /control/set names, without a password.
/control also signs claims of the test's choice, makes a new key, and types in a device code.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import Any

import flask
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialDict
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode, OpenIDToken
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT = "findling"
GRANT_TYPES = ("authorization_code", "refresh_token", DeviceCodeGrant.GRANT_TYPE)


@dataclass
class State:
    """What the provider knows, and what the test may set."""

    issuer: str
    keys: list[RSAKey] = field(default_factory=lambda: [new_key()])
    person: str = "nobody"
    declines: bool = False
    seconds: int = 300  # that an ID token is valid
    answers: str = ""  # of the discovery, in the place of its own
    codes: dict[str, Any] = field(default_factory=dict)
    devices: dict[str, DeviceCredentialDict] = field(default_factory=dict)
    typed_in: dict[str, bool] = field(default_factory=dict)
    refresh_tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


def new_key(*, named: bool = True) -> RSAKey:
    """A key, with an id and its algorithm or without."""
    if not named:
        return RSAKey.generate_key(2048, private=True)
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)


class Client(ClientMixin):
    """The one public client, which may come back to any port of this computer (RFC 8252, 7.3)."""

    def get_client_id(self) -> str:
        return CLIENT

    def check_client_secret(self, client_secret: str) -> bool:
        return False

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.startswith("http://127.0.0.1:")

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "none"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in GRANT_TYPES

    def get_allowed_scope(self, scope: str) -> str:
        return scope or ""


@dataclass
class Code(AuthorizationCodeMixin):
    """An authorization code."""

    person: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    get_acr = get_amr = get_auth_time


@dataclass
class Refresh:
    """A refresh token, which is taken once."""

    token: str
    person: str
    scope: str

    def check_client(self, client: Client) -> bool:
        return True

    def get_scope(self) -> str:
        return self.scope


def openid(state: State, base: type) -> Any:
    """The extension that adds ID tokens to a grant."""

    class Claims(base):  # type: ignore[misc]
        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return state.keys[-1]

        def get_client_algorithm(self, client: Client) -> str:
            return "RS256"

        def get_encode_header(self, client: Client) -> dict[str, str]:
            return {"alg": "RS256", "kid": state.keys[-1].kid or "", "typ": "JWT"}

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            return {"iss": state.issuer}

        def get_compatible_claims(self, request: Any) -> dict[str, Any]:
            now = int(time.time())
            return {"iss": state.issuer, "aud": [CLIENT], "iat": now, "exp": now + state.seconds}

        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return False

        def generate_user_info(self, user: str, scope: str) -> dict[str, Any]:
            return {"sub": f"id-of-{user}", "preferred_username": user}

    return Claims()


def grants_of(state: State) -> list[tuple[type, list[Any]]]:
    class CodeGrant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

        def save_authorization_code(self, code: str, request: Any) -> None:
            data = request.payload.data
            state.codes[code] = Code(
                request.user,
                request.payload.redirect_uri,
                request.payload.scope,
                data.get("nonce"),
                data.get("code_challenge"),
                data.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return state.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            state.codes = {code: each for code, each in state.codes.items() if each is not authorization_code}

        def authenticate_user(self, authorization_code: Code) -> str:
            return authorization_code.person

    class RefreshGrant(grants.RefreshTokenGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("none",)
        INCLUDE_NEW_REFRESH_TOKEN = True

        def authenticate_refresh_token(self, refresh_token: str) -> Refresh | None:
            known = state.refresh_tokens.get(refresh_token)
            return None if known is None else Refresh(refresh_token, *known)

        def authenticate_user(self, refresh_token: Refresh) -> str:
            return refresh_token.person

        def revoke_old_credential(self, refresh_token: Refresh) -> None:
            del state.refresh_tokens[refresh_token.token]

    class CodeOfDevice(DeviceCodeGrant):
        def query_device_credential(self, device_code: str) -> DeviceCredentialDict | None:
            return state.devices.get(device_code)

        def query_user_grant(self, user_code: str) -> tuple[str, bool] | None:
            approved = state.typed_in.get(user_code)
            return None if approved is None else (state.person, approved)

        def should_slow_down(self, credential: DeviceCredentialDict) -> bool:
            return False

    return [
        (CodeGrant, [openid(state, OpenIDCode), CodeChallenge(required=True)]),
        (RefreshGrant, [openid(state, OpenIDToken)]),
        (CodeOfDevice, [openid(state, OpenIDToken)]),
    ]


def devices_of(state: State) -> type:
    class Devices(DeviceAuthorizationEndpoint):
        INTERVAL = 1

        def get_verification_uri(self) -> str:
            return f"{state.issuer}/device"

        def save_device_credential(self, client_id: str, scope: str, data: dict[str, Any]) -> None:
            state.devices[data["device_code"]] = DeviceCredentialDict(client_id=client_id, scope=scope, **data)

    return Devices


def application(state: State) -> flask.Flask:
    app = flask.Flask(__name__)
    add_protocol(app, state)
    add_control(app, state)
    return app


def add_protocol(app: flask.Flask, state: State) -> None:
    """What a provider answers."""
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True

    def save(token: dict[str, Any], request: Any) -> None:
        if "refresh_token" in token:
            state.refresh_tokens[token["refresh_token"]] = (request.user, token.get("scope", ""))

    server = AuthorizationServer(app, query_client=lambda name: Client() if name == CLIENT else None, save_token=save)
    for grant, extensions in grants_of(state):
        server.register_grant(grant, extensions)
    server.register_endpoint(devices_of(state))

    @app.before_request
    def note() -> None:
        if not flask.request.path.startswith("/control"):
            state.asked.append(flask.request.path)

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Any:
        if state.answers:
            return flask.Response(state.answers, content_type="application/json")
        addresses = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        addresses["device_authorization_endpoint"] = "device_authorization"
        found = {name: f"{state.issuer}/{path}" for name, path in addresses.items()}
        return found | {"issuer": state.issuer, "scopes_supported": ["openid", "profile", "email", "offline_access"]}

    @app.get("/jwks")
    def jwks() -> Any:
        return {"keys": [key.as_dict(private=False) for key in state.keys]}

    @app.get("/authorize")
    def authorize() -> Any:
        grant = server.get_consent_grant(end_user=state.person)
        return server.create_authorization_response(grant_user=None if state.declines else state.person, grant=grant)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.post("/device_authorization")
    def device_authorization() -> Any:
        return server.create_endpoint_response(DeviceAuthorizationEndpoint.ENDPOINT_NAME)


def add_control(app: flask.Flask, state: State) -> None:
    """What only a test asks."""

    @app.post("/control/<name>")
    def control(name: str) -> Any:
        given = flask.request.get_json()
        if name == "set":
            for key, value in given.items():
                setattr(state, key, value)
        elif name == "rotate":
            state.keys = [*(state.keys if given["keep"] else ()), new_key(named=given.get("named", True))]
        elif name == "sign":
            key = RSAKey.import_key(state.keys[-1].as_dict(private=True) | {"alg": given["header"].get("alg", "RS256")})
            named = {"kid": state.keys[-1].kid} if state.keys[-1].kid else {}
            header = {"alg": "RS256", "typ": "JWT"} | named | given["header"]
            return {"token": jwt.encode(header, given["claims"], key, [header["alg"]])}
        elif name == "type":
            state.typed_in[given["code"]] = given["approve"]
        return {"asked": state.asked, "public_key": state.keys[-1].as_pem(private=False).decode()}


def main(port: str, certificate: str, key: str) -> None:
    state = State(f"https://127.0.0.1:{port}")
    make_server(
        "127.0.0.1", int(port), application(state), threaded=True, ssl_context=(certificate, key)
    ).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
