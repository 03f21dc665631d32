"""Says where readers are limited but not confined, because the system cannot."""

from __future__ import annotations

import functools
import logging

from core.messages import Message, sentences
from core.processes.sandbox import available

log = logging.getLogger(__name__)


def unconfined_sentence() -> str:
    """What is missing and what helps; empty where readers are confined."""
    if available().is_complete:
        return ""
    message = Message("readers.not_confined")
    return sentences(message.sentence, message.remedy)


@functools.cache
def log_unconfined() -> None:
    """Log it, once in the life of this process."""
    log.warning("Readers are limited, but not confined: %s", available())
