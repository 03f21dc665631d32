"""What of the user's leaves this machine, and what Findling keeps: the facts of the Privacy view."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core import connections, team
from core.connections import Connection
from core.engine.registry import kind_of
from core.settings import Settings
from core.store.vector_servers.choice import chosen_store


@dataclass(frozen=True, slots=True)
class PrivacyReport:
    """Where the library is and how many bytes it has, and every connection that was made, newest first.

    `server` is the host that receives the text of documents, `vector_server` the one that receives their vectors, each
    "" if these stay on this machine. `team_library` is the host that receives the text of queries, "" if none does.
    """

    library: str
    size: int
    server: str
    connections: tuple[Connection, ...]
    vector_server: str = ""
    team_library: str = ""


def privacy_report(root: Path, settings: Settings, size: int) -> PrivacyReport:
    """The report on a library of `size` bytes."""
    server, vector_server = receivers(settings)
    return PrivacyReport(str(root), size, server, tuple(connections.recorded()), vector_server, team.asked_host())


def receivers(settings: Settings) -> tuple[str, str]:
    """The hosts that receive text and vectors with these settings, each "" if they stay on this machine."""
    host = urlsplit(settings.remote_url).hostname or "" if kind_of(settings.engine).sends_text else ""
    store = chosen_store(settings)
    store_host = urlsplit(store.url).hostname or "" if store.is_server else ""
    return _elsewhere(host), _elsewhere(store_host)


def _elsewhere(host: str) -> str:
    return host if connections.leaves_machine(host) else ""
