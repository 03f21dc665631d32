"""Memory and ports of a process with its children."""

from __future__ import annotations

import psutil


def family(pid: int) -> list[psutil.Process]:
    """A process with all its descendants."""
    try:
        leader = psutil.Process(pid)
        return [leader, *leader.children(recursive=True)]
    except psutil.Error:
        return []


def resident(pid: int) -> int:
    """Resident bytes of a process and its descendants."""
    total = 0
    for process in family(pid):
        try:
            total += process.memory_info().rss
        except psutil.Error:
            continue
    return total


def holds(pid: int, port: int) -> bool:
    """Whether a process or one of its descendants listens on this port."""
    for process in family(pid):
        try:
            connections = process.net_connections(kind="tcp")
        except psutil.Error:
            continue
        if any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in connections):
            return True
    return False
