"""The numbers of system calls are those of the kernel's headers, for both processors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.processes.syscalls import CONDITIONAL, LAST_KNOWN, UNCONDITIONAL, UNKNOWN

X86_64 = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
AARCH64 = Path("/usr/include/asm-generic/unistd.h")
OTHER_NAMES = {"newfstatat": "fstatat"}  # in the generic header
CALLS = UNCONDITIONAL | CONDITIONAL | UNKNOWN


def numbers(header: Path) -> dict[str, int]:
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    found = re.findall(r"^#define\s+__NR(?:3264)?_(\w+)\s+(\d+)$", header.read_text(), re.MULTILINE)
    return {name: int(number) for name, number in found}


def test_those_of_x86_64() -> None:
    known = numbers(X86_64)
    assert {name: both[0] for name, both in CALLS.items()} == {name: known.get(name) for name in CALLS}


def test_those_of_aarch64() -> None:
    known = numbers(AARCH64)
    listed = {name: both[1] for name, both in CALLS.items()}
    assert listed == {name: known.get(OTHER_NAMES.get(name, name)) for name in CALLS}


def test_none_is_listed_twice_or_above_the_last_known() -> None:
    for column in (0, 1):
        listed = [both[column] for both in CALLS.values() if both[column] is not None]
        assert len(listed) == len(set(listed))
        assert max(number for number in listed if number is not None) <= LAST_KNOWN
