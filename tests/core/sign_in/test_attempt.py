"""Signing in: in the browser and by a code, at a provider over TLS."""

from __future__ import annotations

import socket
import urllib.parse
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from core.errors import SignInError
from core.sign_in import Attempt, Prompt, Provider, Tokens
from tests.builders.openid import OpenIdProvider
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


def prompt_of(attempt: Attempt) -> Prompt:
    """What the attempt asks for, once it does."""
    wait_until(lambda: attempt.prompt or attempt.done, "a prompt")
    if attempt.prompt is None:
        attempt.result()
    assert attempt.prompt is not None
    return attempt.prompt


def result_of(attempt: Attempt) -> Tokens:
    """The result, once it is there and the thread has ended."""
    wait_until(lambda: attempt.done, "a result")
    attempt.join()
    return attempt.result()


def test_in_the_browser(service: OpenIdProvider, provider: Provider) -> None:
    attempt = Attempt(provider)
    prompt = prompt_of(attempt)
    assert prompt.url.startswith(f"{service.issuer}/authorize?")
    assert (prompt.code, attempt.done) == ("", False)
    assert parse_qs(urlsplit(prompt.url).query)["scope"] == ["openid profile email offline_access"]
    status, page = service.browse(prompt.url)
    assert (status, "close this page" in page) == (200, True)
    tokens = result_of(attempt)
    assert (tokens.person, bool(tokens.refresh_token)) == ("nobody", True)
    address = urlsplit(parse_qs(urlsplit(prompt.url).query)["redirect_uri"][0])
    with pytest.raises(OSError, match="refused"):  # nobody listens any more
        socket.create_connection((address.hostname, address.port))


def test_declined_in_the_browser(service: OpenIdProvider, provider: Provider) -> None:
    service.control("set", declines=True)
    attempt = Attempt(provider)
    status, page = service.browse(prompt_of(attempt).url)
    assert (status, "not signed in" in page) == (200, True)
    with pytest.raises(SignInError, match="declined"):
        result_of(attempt)


def test_only_the_right_answer_ends_it(service: OpenIdProvider, provider: Provider) -> None:
    attempt = Attempt(provider)
    url = prompt_of(attempt).url
    asked = parse_qs(urlsplit(url).query)
    address, state = asked["redirect_uri"][0], asked["state"][0]
    wrong = [f"code=x&state={state[:-1]}", "code=x", "error=access_denied&state=x", f"state={state}"]
    wrong += [f"code=x&state={state}&state=x", f"code=x&state={state}&iss=https://other.example", "%ff&state=%ff"]
    for query in wrong:
        assert service.browse(f"{address}?{query}")[0] == 404
    assert service.browse(f"{address}other?code=x&state={state}")[0] == 404
    with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port)):  # says nothing
        assert not attempt.done
        service.browse(url)
        assert result_of(attempt).person == "nobody"


def test_a_code_that_was_put_in_is_not_taken(service: OpenIdProvider, provider: Provider) -> None:
    """PKCE and the nonce: the code of another attempt is of no use."""
    other, attempt = Attempt(provider), Attempt(provider)
    of_other = parse_qs(urlsplit(prompt_of(other).url).query)
    of_this = parse_qs(urlsplit(prompt_of(attempt).url).query)
    swapped = {"redirect_uri": of_this["redirect_uri"][0], "state": of_this["state"][0]}
    kept = {name: values[0] for name, values in of_other.items()}
    service.browse(f"{service.issuer}/authorize?{urllib.parse.urlencode(kept | swapped)}")
    with pytest.raises(SignInError, match="refuses: Code challenge failed"):
        result_of(attempt)
    other.cancel()
    other.join()


def test_by_a_code(service: OpenIdProvider, provider: Provider) -> None:
    attempt = Attempt(provider, by_code=True)
    prompt = prompt_of(attempt)
    assert prompt.url == f"{service.issuer}/device"
    wait_until(lambda: service.control("set")["asked"].count("/token") >= 1, "a question")
    assert not attempt.done
    service.control("type", code=prompt.code, approve=True)
    assert result_of(attempt).person == "nobody"


def test_a_code_that_is_declined_or_that_nobody_types_in(service: OpenIdProvider, provider: Provider) -> None:
    attempt = Attempt(provider, by_code=True)
    service.control("type", code=prompt_of(attempt).code, approve=False)
    with pytest.raises(SignInError, match="declined"):
        result_of(attempt)
    for by_code in (True, False):
        with pytest.raises(SignInError, match="time limit"):
            result_of(Attempt(provider, by_code=by_code, seconds=0.5))


@pytest.mark.parametrize("by_code", [True, False])
def test_cancelled(provider: Provider, by_code: bool) -> None:
    attempt = Attempt(provider, by_code=by_code)
    prompt_of(attempt)
    attempt.cancel()
    assert attempt.done
    with pytest.raises(SignInError, match="cancelled"):
        attempt.result()
    attempt.join()
    attempt.cancel()


def test_a_provider_that_is_none(service: OpenIdProvider, provider: Provider) -> None:
    for answer in ("{}", "[]", "no JSON", '{"issuer": "https://other.example"}', "[" * 100_000, "x" * 2_000_000):
        service.control("set", answers=answer)
        with pytest.raises(SignInError, match="as a sign-in service does"):
            result_of(Attempt(provider))
    plain = f'{{"issuer": "{service.issuer}", "authorization_endpoint": "http://other.example/"}}'
    service.control("set", answers=plain)
    with pytest.raises(SignInError, match="not an https address"):
        result_of(Attempt(provider))
    service.control("set", answers=f'{{"issuer": "{service.issuer}", "token_endpoint": "{service.issuer}/token"}}')
    with pytest.raises(SignInError, match="by a code"):
        result_of(Attempt(provider, by_code=True))
    with pytest.raises(SignInError, match="does not answer"):
        result_of(Attempt(replace(provider, issuer=f"{service.issuer}/elsewhere")))
    service.stop()
    with pytest.raises(SignInError, match="does not answer"):
        result_of(Attempt(provider))


def test_whose_certificate_is_unknown(
    service: OpenIdProvider, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(SignInError, match="does not answer"):
        result_of(Attempt(provider))
    assert service.control("set")["asked"] == []


def test_what_a_server_may_say_of_its_provider() -> None:
    answer = {"issuer": "https://issuer.example", "client_id": "findling", "scope": "openid", "later": 1}
    assert Provider.of(answer) == Provider("https://issuer.example", "findling", "openid")
    for wrong in (None, [], {}, {"issuer": 1, "client_id": "x"}, {"issuer": "https://issuer.example"}):
        with pytest.raises(SignInError, match="does not say"):
            Provider.of(wrong)
    for url in ("http://issuer.example", "file:///etc/passwd", "https://", "https://[", "https://me@issuer.example"):
        with pytest.raises(SignInError, match="not an https address"):
            Provider.of({"issuer": url, "client_id": "x"})
