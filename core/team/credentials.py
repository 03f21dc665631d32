"""What is sent to a team library as the token: one that was entered, or that of whoever signed in at its provider."""

from __future__ import annotations

from core.errors import SignInError, TeamLibraryError
from core.sign_in import Accounts, Provider, Tokens
from core.team import storage
from core.team.library import TeamLibrary


def bearer(library: TeamLibrary) -> str:
    """The token to send, "" if there is none; may ask the provider for a newer one. Raises TeamLibraryError."""
    if secret := storage.token():
        return secret
    try:
        return Accounts().bearer(library.address) or ""
    except SignInError as error:
        if error.is_over:
            raise TeamLibraryError("team.signed_out", name=library.name) from error
        raise TeamLibraryError("team.no_sign_in", name=library.name, sentence=error.sentence) from error
    except OSError as error:
        raise TeamLibraryError("team.not_saved", path=library.name) from error


def keep_sign_in(library: TeamLibrary, provider: Provider, tokens: Tokens) -> None:
    """Keep who signed in, in the place of a token that was entered. Raises TeamLibraryError."""
    try:
        Accounts().keep(library.address, provider, tokens)
        storage.forget_token()
    except OSError as error:
        raise TeamLibraryError("team.not_saved", path=storage.TOKEN_NAME) from error


def person(library: TeamLibrary) -> str:
    """Who is signed in, as the provider calls them; "" for nobody."""
    return "" if storage.token() else Accounts().person(library.address)


def forget(library: TeamLibrary) -> None:
    """Forget a team library, with its token and who signed in. Raises TeamLibraryError."""
    try:
        Accounts().forget(library.address)
    except OSError as error:
        raise TeamLibraryError("team.not_saved", path=storage.NAME) from error
    storage.forget()
