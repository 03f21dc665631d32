"""The client of a team library: a library on another computer that `findling serve --listen` answers for."""

from core.team.answers import TeamAnswer, TeamText
from core.team.client import TeamClient, TeamStatus
from core.team.connection import fingerprint_of
from core.team.library import TeamLibrary, address_of
from core.team.storage import asked_host, forget, load, save, save_token, token

__all__ = [
    "TeamAnswer",
    "TeamClient",
    "TeamLibrary",
    "TeamStatus",
    "TeamText",
    "address_of",
    "asked_host",
    "fingerprint_of",
    "forget",
    "load",
    "save",
    "save_token",
    "token",
]
