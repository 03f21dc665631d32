"""The client of a team library: a library on another computer that `findling serve --listen` answers for."""

from core.team.answers import TeamAnswer, TeamText
from core.team.client import TeamClient, TeamStatus
from core.team.connection import fingerprint_of
from core.team.credentials import bearer, forget, keep_sign_in, person
from core.team.library import TeamLibrary, address_of
from core.team.storage import asked_host, load, save, save_token, token

__all__ = [
    "TeamAnswer",
    "TeamClient",
    "TeamLibrary",
    "TeamStatus",
    "TeamText",
    "address_of",
    "asked_host",
    "bearer",
    "fingerprint_of",
    "forget",
    "keep_sign_in",
    "load",
    "person",
    "save",
    "save_token",
    "token",
]
