"""The whole application connects to nothing, under a tracer, where only loopback is there; see tests/tools/silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.silence.__main__ import OFFSCREEN, answers, connect_on_purpose, visit
from tests.tools.silence.run import why_impossible
from tests.tools.silence.trace import attempts

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]
OWN = "/home/anna"


@pytest.fixture(scope="module", autouse=True)
def _can_be_traced() -> None:
    if reason := why_impossible():
        pytest.skip(f"nothing can be traced here: {reason}")


@pytest.mark.parametrize("how", ["TCP", "DNS", "a child that connects"])
def test_a_program_that_connects_is_caught(how: str, tmp_path: Path) -> None:
    assert connect_on_purpose(how, tmp_path).attempts


def test_the_application_connects_to_nothing_whatever_documents_and_variables_say(tmp_path: Path) -> None:
    outcome = visit(tmp_path, hostile=True, variables=OFFSCREEN)
    assert outcome.code == 0, outcome.output[-4000:]
    assert outcome.attempts == ()
    assert outcome.calls > 0
    found = answers(outcome)
    assert "~page.html" in found["harbour"]  # with the mark of meaning: the engine was asked, and answered
    assert found["type:pdf harbour"] == ["~report.pdf"]


@pytest.mark.parametrize(
    "line",
    [
        '7 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
        '7 connect(3, {sa_family=AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, "::1", &sin6_addr)}, 28) = 0',
        '7 connect(3, {sa_family=AF_UNIX, sun_path="/tmp/.X11-unix/X1"}, 20) = 0',
        '7 connect(3, {sa_family=AF_UNIX, sun_path=@"/tmp/.X11-unix/X1"}, 20) = 0',
        f'7 connect(3, {{sa_family=AF_UNIX, sun_path="{OWN}/library/control.sock"}}, 20) = 0',
        '7 connect(3, {sa_family=AF_UNIX, sun_path="/proc/self/fd/9/control.sock"}, 20) = 0',
        '7 connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT (No such file)',
        "7 sendto(3, [{nlmsg_len=20}], 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20",
        '7 sendto(3, "x", 1, MSG_NOSIGNAL, NULL, 0) = 1',
        '7 bind(3, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
        '7 recvfrom(3, "connect(", 64, 0, NULL, NULL) = 8',
    ],
)
def test_what_stays_on_the_machine_is_no_attempt(line: str) -> None:
    assert list(attempts([line], [OWN])) == []


@pytest.mark.parametrize(
    "line",
    [
        '7 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.1.example")}, 16) = 0',
        '7 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.168.0.1")}, 16) = -1 EPERM',
        '7 connect(3, {sa_family=AF_INET6, inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = 0',
        '7 sendto(3, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("8.8.8.8")}, 16) = 1',
        '7 sendmsg(3, {msg_name={sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("8.8.8.8")}}, 0) = 1',
        '7 bind(3, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}, 16) = 0',
        '7 connect(3, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}, 42) = 0',
        '7 connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = 0',
        "7 connect(3, {sa_family=AF_PACKET, sll_protocol=htons(0)}, 20) = 0",
        "7 <... connect resumed>) = 0\n8 connect(3, {sa_family=AF_VSOCK, svm_cid=0x2, svm_port=0x400}, 16) = 0",
    ],
)
def test_everything_else_is_one(line: str) -> None:
    assert list(attempts([line], [OWN]))
