"""The tokens that are kept: in a private file, renewed in time, by one program at a time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import jwt
import pytest

from core.errors import SignInError
from core.sign_in import Accounts, Attempt, Provider, Tokens
from tests.builders.openid import OpenIdProvider
from tests.waiting import wait_until

SERVER = "https://library.example:8443"
OTHER = Provider("https://issuer.example", "findling")
TOKENS = Tokens("token", "refresh", time.time() + 86_400, "ann")


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path / "state")


def signed_in(service: OpenIdProvider, provider: Provider) -> Tokens:
    """What the provider gives to who signs in."""
    attempt = Attempt(provider)
    wait_until(lambda: attempt.prompt or attempt.done, "a prompt")
    assert attempt.prompt is not None
    service.browse(attempt.prompt.url)
    wait_until(lambda: attempt.done, "a result")
    attempt.join()
    return attempt.result()


def test_kept_in_a_private_file(accounts: Accounts, tmp_path: Path) -> None:
    assert (accounts.person(SERVER), accounts.bearer(SERVER)) == ("", None)
    accounts.forget(SERVER)
    accounts.keep(SERVER, OTHER, TOKENS)
    accounts.keep("another", OTHER, replace(TOKENS, person="bob"))
    for path, mode in ((tmp_path / "state", 0o700), *((each, 0o600) for each in (tmp_path / "state").iterdir())):
        assert path.stat().st_mode & 0o777 == mode
    again = Accounts(tmp_path / "state")
    assert (again.person(SERVER), again.bearer(SERVER)) == ("ann", "token")
    again.forget(SERVER)
    assert (accounts.person(SERVER), accounts.bearer(SERVER), accounts.person("another")) == ("", None, "bob")


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{", b'{"a": {}}', b'{"a": {"provider": 1, "tokens": {}}}'])
def test_a_file_that_is_none_is_nobodys(accounts: Accounts, tmp_path: Path, content: bytes) -> None:
    accounts.keep(SERVER, OTHER, TOKENS)
    (tmp_path / "state" / "sign-in.json").write_bytes(content)
    assert (accounts.person(SERVER), accounts.bearer(SERVER)) == ("", None)
    accounts.keep(SERVER, OTHER, TOKENS)
    assert accounts.person(SERVER) == "ann"


@pytest.mark.slow
def test_renewed_before_it_ends(accounts: Accounts, service: OpenIdProvider, provider: Provider) -> None:
    service.control("set", seconds=30)
    tokens = signed_in(service, provider)
    accounts.keep(SERVER, provider, tokens)
    service.control("set", seconds=600)
    token = accounts.bearer(SERVER)
    assert token is not None
    assert token != tokens.id_token
    assert jwt.decode(token, options={"verify_signature": False})["exp"] > tokens.expires
    assert accounts.bearer(SERVER) == token


@pytest.mark.slow
def test_a_refresh_token_is_used_once(accounts: Accounts, service: OpenIdProvider, provider: Provider) -> None:
    service.control("set", seconds=30)
    accounts.keep(SERVER, provider, signed_in(service, provider))
    service.control("set", seconds=600)
    before = service.control("set")["asked"].count("/token")
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(lambda _: accounts.bearer(SERVER), range(4)))
    assert len(set(tokens)) == 1
    assert service.control("set")["asked"].count("/token") == before + 1


@pytest.mark.slow
def test_when_it_cannot_be_renewed(accounts: Accounts, service: OpenIdProvider, provider: Provider) -> None:
    service.control("set", seconds=30)
    tokens = signed_in(service, provider)
    accounts.keep(SERVER, provider, tokens)
    service.stop()
    with pytest.raises(SignInError, match="does not answer") as away:
        accounts.bearer(SERVER)
    assert (away.value.is_over, accounts.person(SERVER)) == (False, "nobody")
    service.start()  # it knows of no refresh token any more
    with pytest.raises(SignInError, match="has ended") as over:
        accounts.bearer(SERVER)
    assert (over.value.is_over, accounts.person(SERVER), accounts.bearer(SERVER)) == (True, "", None)
    accounts.keep(SERVER, provider, replace(tokens, refresh_token=""))
    with pytest.raises(SignInError, match="has ended"):
        accounts.bearer(SERVER)
