"""The tokens of a provider: whose count, over TLS at both ends, and which do not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.control_socket import bearer
from core.control_socket.bearer import TrustedProvider
from core.control_socket.operation import NoValue, Operation
from core.control_socket.remote import RemoteAccess, RemoteServer
from core.control_socket.users import add_token
from core.rights import person_signing_in
from tests.builders.openid import CLIENT, OpenIdProvider, make_certificate
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


class Library:
    """A server that tells whoever asks who they are."""

    def __init__(self, service: OpenIdProvider, folder: Path, claim: str = "preferred_username") -> None:
        certificate, key = make_certificate(folder)
        self.users = folder / "users"
        self.script = add_token(self.users, "script")
        trusted = TrustedProvider(service.issuer, CLIENT, claim)
        access = RemoteAccess("127.0.0.1", 0, certificate, key, None, self.users, trusted)
        self._context = ssl.create_default_context(cafile=certificate)
        self.server = RemoteServer(access, dict, lambda name: [self._who(name)], person_signing_in)

    def ask(self, token: str | None, path: str = "who") -> tuple[int, Any, http.client.HTTPMessage]:
        """(status, value, headers)"""
        with closing(http.client.HTTPSConnection("127.0.0.1", self.server.port, context=self._context)) as connection:
            connection.request(
                "GET", f"/v1/{path}", headers={} if token is None else {"Authorization": f"Bearer {token}"}
            )
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read()), answer.headers

    def refusal(self, token: str) -> tuple[int, str]:
        """(status, sentence) of an answer that is an error."""
        status, value, _ = self.ask(token)
        return status, value["error"]["sentence"]

    def _who(self, name: str) -> Operation:
        return Operation("who", "Who asks.", lambda _request: {"name": name}, NoValue, dict[str, str], "GET")


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenIdProvider]:
    """A provider that does not run yet."""
    (tmp_path / "provider").mkdir()
    service = OpenIdProvider(tmp_path / "provider")
    monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
    monkeypatch.setattr(bearer, "RETRY_SECONDS", 0.0)
    yield service
    service.stop()


@pytest.fixture
def library(service: OpenIdProvider, tmp_path: Path) -> Iterator[Library]:
    service.start()
    library = Library(service, tmp_path)
    yield library
    library.server.close()


INVALID = (401, "The token is missing or wrong.")


def test_who_signs_in_is_known(library: Library, service: OpenIdProvider) -> None:
    assert library.ask(service.token())[:2] == (200, {"name": "nobody"})
    assert library.ask(service.token(aud=["other", CLIENT], nbf=int(time.time()) + 30))[:2] == (200, {"name": "nobody"})
    assert library.ask(service.token(header={"typ": "at+jwt"}))[:2] == (200, {"name": "nobody"})
    assert library.ask(library.script)[:2] == (200, {"name": "script"})  # the tokens of the file count beside it
    assert service.control("set")["asked"].count("/jwks") == 1


def test_where_to_sign_in_is_said_without_a_token(library: Library, service: OpenIdProvider) -> None:
    status, value, _ = library.ask(None, "sign-in")
    assert (status, value) == (200, {"issuer": service.issuer, "client_id": CLIENT, "scope": "openid profile email"})
    status, _, headers = library.ask(None)
    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    status, _, headers = library.ask("wrong")
    assert (status, headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    document = library.ask(library.script, "openapi.json")[1]
    assert "Needs no token" in document["paths"]["/v1/sign-in"]["get"]["summary"]
    assert library.ask(None, "openapi.json")[0] == 401


def test_claims_that_do_not_count(library: Library, service: OpenIdProvider) -> None:
    now = int(time.time())
    assert library.refusal(service.token(exp=now - 90)) == (401, "Your sign-in has ended.")
    wrong: list[dict[str, Any]] = [
        {"aud": "other"},
        {"aud": [CLIENT + "x"]},
        {"aud": None},
        {"iss": f"{service.issuer}/"},
        {"iss": "https://other.example"},
        {"iss": None},
        {"exp": None},
        {"exp": "never"},
        {"nbf": now + 90},
        {"iat": now + 90},
        {"sub": None},
    ]
    for claims in wrong:
        assert library.refusal(service.token(**claims)) == INVALID, claims
    assert library.refusal(service.token(header={"typ": "logout+jwt"})) == INVALID
    for name in (None, "", 3, ["nobody"]):
        status, sentence = library.refusal(service.token(preferred_username=name))
        assert (status, "preferred_username is missing" in sentence) == (403, True)


def test_people_whom_the_system_does_not_know(library: Library, service: OpenIdProvider) -> None:
    for name in ("stranger", "nobody/../root", "65534"):
        assert library.refusal(service.token(preferred_username=name)) == (
            403,
            f"This computer has no user named {name}.",
        )
    for name in ("root", "daemon"):
        assert library.refusal(service.token(preferred_username=name, groups=["root"])) == (
            403,
            f"The user {name} belongs to the system and cannot sign in.",
        )


def test_signatures_that_do_not_count(library: Library, service: OpenIdProvider) -> None:
    good = service.token()
    head, body, signature = good.split(".")
    key_id = json.loads(_decoded(head))["kid"]
    public = str(service.control("set")["public_key"]).encode()
    other = body[:-1] + ("A" if body[-1] != "A" else "Q")
    tokens = [
        f"{head}.{other}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}",
        f".{body}.{signature}",
        "a.b.c",
        "...",
    ]
    algorithms = ("none", "None", "nOnE", "", None, "HS256", 7, ["RS256"])
    tokens += [f"{_encoded({'alg': each, 'kid': key_id, 'typ': 'JWT'})}.{body}." for each in algorithms]
    for secret in (public, public.strip(), b""):
        signed = f"{_encoded({'alg': 'HS256', 'kid': key_id})}.{body}"
        mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        tokens.append(f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}")
    tokens.append(f"{_encoded({'alg': 'RS256', 'kid': 'other'})}.{body}.{signature}")
    tokens.append(f"{_encoded({'alg': 'RS512', 'kid': key_id})}.{body}.{signature}")
    tokens.append(f"{_encoded({'alg': 'RS256', 'kid': key_id, 'crit': ['x']})}.{body}.{signature}")
    tokens += ["." * 5000, f"{base64.urlsafe_b64encode(b'[' * 5000).decode()}.{body}.{signature}"]
    for token in tokens:
        assert library.refusal(token) == INVALID, token
    for header in ({"alg": "PS256"}, {"jwk": {"kty": "oct", "k": "AAAA"}, "alg": "RS384"}):
        assert library.refusal(service.token(header=header)) == INVALID  # its key is for RS256
    assert library.ask(good)[0] == 200


def test_a_key_that_names_neither_itself_nor_its_algorithm(library: Library, service: OpenIdProvider) -> None:
    service.control("rotate", keep=False, named=False)
    for algorithm in ("RS256", "PS384"):
        assert library.ask(service.token(header={"alg": algorithm}))[0] == 200
    body = service.token().split(".")[1]
    signed = f"{_encoded({'alg': 'HS256'})}.{body}"
    mac = hmac.new(str(service.control("set")["public_key"]).encode(), signed.encode(), hashlib.sha256).digest()
    assert library.refusal(f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}") == INVALID
    assert library.refusal(service.token(header={"kid": "other"})) == INVALID
    service.control("rotate", keep=True, named=False)
    assert library.refusal(service.token(header={"kid": "other"})) == INVALID  # it reads the keys again for that
    assert library.refusal(service.token()) == INVALID  # of which of the two


def test_a_key_in_the_token_is_not_taken(library: Library, service: OpenIdProvider, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = OpenIdProvider(tmp_path / "other")
    other.start()
    forged = other.token(iss=service.issuer, header={"jku": f"{other.issuer}/jwks"})
    assert library.refusal(forged) == INVALID
    other.stop()


def test_keys_that_change(library: Library, service: OpenIdProvider) -> None:
    before = service.token()
    assert library.ask(before)[0] == 200
    service.control("rotate", keep=True)
    after = service.token()
    assert [library.ask(token)[0] for token in (after, before)] == [200, 200]
    service.control("rotate", keep=False)
    assert library.ask(service.token())[0] == 200
    assert [library.refusal(token) for token in (after, before)] == [INVALID, INVALID]  # their keys were withdrawn


def test_keys_are_read_again_while_the_known_ones_count(
    library: Library, service: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = service.token()
    assert library.ask(token)[0] == 200
    monkeypatch.setattr(bearer, "FRESH_SECONDS", 0.0)
    service.control("rotate", keep=False)
    assert library.ask(token)[0] == 200
    wait_until(lambda: library.ask(token)[0] == 401, "the key that was withdrawn counts no longer")


def test_unknown_keys_do_not_make_it_ask_again_and_again(
    library: Library, service: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bearer, "RETRY_SECONDS", 3600.0)
    assert library.ask(service.token())[0] == 200
    for number in range(5):
        assert library.refusal(service.token(header={"kid": f"other-{number}"})) == INVALID
    assert service.control("set")["asked"].count("/jwks") == 1


def test_a_provider_that_is_down(library: Library, service: OpenIdProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    token = service.token()
    service.stop()
    closed = (503, f"The sign-in service {service.issuer} does not answer.")
    assert library.refusal(token) == closed  # no key is known yet
    assert library.ask(library.script)[0] == 200
    service.start()
    token = service.token()
    assert library.ask(token)[0] == 200
    service.stop()
    assert library.ask(token)[0] == 200  # its key is known
    monkeypatch.setattr(bearer, "FRESH_SECONDS", 0.0)
    assert library.ask(token)[0] == 200
    monkeypatch.setattr(bearer, "OLD_SECONDS", 0.0)
    assert library.refusal(token) == closed


def test_keys_that_are_none(library: Library, service: OpenIdProvider) -> None:
    for keys in ("{}", '{"keys": 1}', "[]"):
        service.control("set", answers=json.dumps({"issuer": service.issuer}))
        assert library.refusal(service.token())[0] == 503, keys


@pytest.mark.parametrize("confirmed", [True, False, None, "true"])
def test_an_address_counts_if_it_is_confirmed(service: OpenIdProvider, tmp_path: Path, confirmed: object) -> None:
    service.start()
    library = Library(service, tmp_path, "email")
    token = service.token(email="nobody", email_verified=confirmed)
    assert library.ask(token)[0] == (200 if confirmed is True else 403)
    library.server.close()


def _encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
