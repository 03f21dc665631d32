"""The processes that a test has started."""

from __future__ import annotations

import psutil


def running(program: str) -> list[psutil.Process]:
    """The descendants of this process that have this word in their command line.

    One that has just ended, such as another test's, is none: psutil raises for a process that is gone or a zombie.
    """
    return [each for each in psutil.Process().children(recursive=True) if program in command_of(each)]


def command_of(process: psutil.Process) -> list[str]:
    """The words of its command line, none once it has ended."""
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def lives(process: psutil.Process) -> bool:
    """Whether it has not ended; a zombie, for whose end nobody has waited, has."""
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
