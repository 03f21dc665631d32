"""A port for a server that starts later, or again."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

PORTS = range(20_000, 32_000)  # below those that the system gives to whoever asks for any


def free_port() -> int:
    """A port of this machine that nobody listens on, and that no other test is given by the system meanwhile."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")
