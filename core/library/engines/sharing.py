"""Using the engine of the program that has the library open, instead of starting a second one."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from core.control_socket import send_request
from core.engine.registry import kind_of
from core.settings import Settings, with_server

LOADING_TIMEOUT = 60.0  # seconds a search waits for an engine that is starting elsewhere
POLL_INTERVAL = 0.5  # seconds
ANSWER_TIMEOUT = 5.0  # seconds; then that program hangs


def shared_engine_settings(root: Path, settings: Settings) -> Settings | None:
    """Settings that name the engine of the program that has the library open; `settings` if no program has.

    Waits up to LOADING_TIMEOUT while that program loads a large model; None if it has no engine to share after that
    and its GPU has no room for a second one.
    """
    end, pause = time.monotonic() + LOADING_TIMEOUT, threading.Event()
    while (reply := send_request(root, "engine/endpoint", timeout=ANSWER_TIMEOUT)) is not None:
        if "base_url" in reply:
            return with_server(settings, reply["base_url"], reply["api_key"])
        if not kind_of(settings.engine).uses_gpu:
            break  # there is room for two
        if reply.get("state") == "failed" or time.monotonic() > end:
            return None
        pause.wait(POLL_INTERVAL)
    return settings
