"""Sign-in at an OpenID Connect provider, for a client of another computer's library; see the README here."""

from core.sign_in.accounts import Accounts
from core.sign_in.attempt import Attempt, Prompt
from core.sign_in.provider import Provider
from core.sign_in.tokens import Tokens

__all__ = ["Accounts", "Attempt", "Prompt", "Provider", "Tokens"]
