"""What a traced program wanted of the network, from strace's lines; and whether that stays on this machine."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

CALL = re.compile(r"\b(connect|sendto|sendmsg|sendmmsg|bind)\((.*)$")
FAMILY = re.compile(r"sa_family=(AF_\w+)")
ADDRESS = re.compile(r'(?:inet_addr\("|inet_pton\(AF_INET6, "|sin6_addr=")([0-9a-fA-F:.]+)"')
PORT = re.compile(r"sin6?_port=htons\((\d+)\)")
UNIX = re.compile(r'sun_path=(@?)"([^"]*)"')
KERNEL_ONLY = {"AF_NETLINK", "AF_UNSPEC"}  # the kernel itself; the end of a connection
# The display, the session bus, and descriptors of sockets in folders that were checked (core.control_socket).
OWN_SOCKETS = (r"/tmp/\.X11-unix/", r"/tmp/dbus-", r"/run/user/\d+/", r"/proc/self/fd/\d+/control\.sock$")
NAME_CACHE = re.compile(r"/var/run/nscd/socket|/run/nscd/socket")  # glibc asks there for the user's name, too


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that would have left the machine, or let others in: the call, the address, and the whole line."""

    call: str
    address: str
    line: str


def attempts(lines: Iterable[str], own: Sequence[str]) -> Iterator[Attempt]:
    """The calls to anything but loopback and to sockets that are not the program's; `own` are its folders."""
    allowed = re.compile("|".join([*OWN_SOCKETS, *(re.escape(folder) for folder in own)]))
    for line in lines:
        found = CALL.search(line)
        if found is None:
            continue
        call, rest = found.groups()
        family = FAMILY.search(rest)
        if family is None or family[1] in KERNEL_ONLY:
            continue  # on a connection that was judged when it was made
        address = _address(family[1], rest)
        if not _stays(family[1], call, address, rest, allowed):
            yield Attempt(call, address, line.strip()[:300])


def _address(family: str, rest: str) -> str:
    if family == "AF_UNIX":
        path = UNIX.search(rest)
        return path[1] + path[2] if path else ""
    address, port = ADDRESS.search(rest), PORT.search(rest)
    return f"{address[1] if address else '?'} port {port[1] if port else '?'}"


def _stays(family: str, call: str, address: str, rest: str, allowed: re.Pattern[str]) -> bool:
    if family == "AF_UNIX":
        if call == "bind" and not address:
            return True
        is_absent_cache = NAME_CACHE.match(address) is not None and (
            "ENOENT" in rest or ("<unfinished" in rest and not os.path.exists(address))
        )
        return is_absent_cache or allowed.match(address.removeprefix("@")) is not None
    if family not in ("AF_INET", "AF_INET6"):
        return False
    try:
        return ipaddress.ip_address(address.partition(" ")[0]).is_loopback
    except ValueError:
        return False
