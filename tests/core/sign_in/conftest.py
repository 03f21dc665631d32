"""A provider for the tests of the sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.sign_in import Provider
from tests.builders.openid import CLIENT, OpenIdProvider


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenIdProvider]:
    """A provider that runs, and whose certificate counts."""
    service = OpenIdProvider(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
    service.start()
    yield service
    service.stop()


@pytest.fixture
def provider(service: OpenIdProvider) -> Provider:
    return Provider.of({"issuer": service.issuer, "client_id": CLIENT})
