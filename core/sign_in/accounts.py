"""The tokens of the person who uses this computer, by server, in a file that only they can read."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from core import paths
from core.errors import SignInError
from core.private_files import private_folder, replace_file
from core.sign_in.provider import Provider
from core.sign_in.tokens import Tokens, is_stale, renewed

NAME, LOCK = "sign-in.json", "sign-in.lock"


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in to one server."""

    provider: Provider
    tokens: Tokens


class Accounts:
    """Who is signed in where. Several programs and threads may use one file; `bearer` may wait for a provider."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or paths.state_dir()

    def keep(self, server: str, provider: Provider, tokens: Tokens) -> None:
        """Keep the tokens for a server. Raises OSError."""
        with self._locked():
            self._write(self._read() | {server: Account(provider, tokens)})

    def person(self, server: str) -> str:
        """Whom the provider calls signed in, "" for nobody."""
        account = self._read().get(server)
        return "" if account is None else account.tokens.person

    def bearer(self, server: str) -> str | None:
        """The token to send to a server, None if nobody is signed in; a newer one where it would end soon.

        Raises SignInError; its `is_over` says that the person has to sign in again, and is signed out here.
        """
        account = self._read().get(server)
        if account is not None and not is_stale(account.tokens):
            return account.tokens.id_token
        with self._locked():  # many providers take a refresh token only once
            return self._renewed(server)

    def forget(self, server: str) -> None:
        """Sign out here. Raises OSError."""
        with self._locked():
            accounts = self._read()
            if accounts.pop(server, None) is not None:
                self._write(accounts)

    def _renewed(self, server: str) -> str | None:
        accounts = self._read()
        if server not in accounts:
            return None
        account = accounts[server]
        if is_stale(account.tokens):
            try:
                account = replace(account, tokens=renewed(account.tokens, account.provider))
            except SignInError as error:
                if error.is_over:
                    del accounts[server]
                    self._write(accounts)
                raise
            self._write(accounts | {server: account})
        return account.tokens.id_token

    def _read(self) -> dict[str, Account]:
        """What is in the file; what cannot be read is nobody's."""
        import msgspec

        with suppress(OSError, ValueError):  # also msgspec's
            return msgspec.json.decode((self._folder / NAME).read_bytes(), type=dict[str, Account])
        return {}

    def _write(self, accounts: dict[str, Account]) -> None:
        facts = {server: asdict(account) for server, account in accounts.items()}
        replace_file(private_folder(self._folder) / NAME, json.dumps(facts, indent=2), sync=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Other programs and threads of the user's wait meanwhile."""
        lock = os.open(private_folder(self._folder) / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
