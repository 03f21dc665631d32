"""Freed memory is returned to the system, measured in a separate process."""

from __future__ import annotations

import platform
import subprocess
import sys

from core import memory, paths

MEASURE = """
import psutil
from core import memory

process = psutil.Process()

def resident():
    return process.memory_info().rss

def blocks(size, count):
    return [bytearray(b"x" * size) for _ in range(count)]
"""
MIDDLING = """
before = resident()
held = blocks(100_000, 1_000)
pin = blocks(100_000, 80)  # also behind them: the free memory below is not at the end of the heap
del held
kept = resident()
memory.release_free_memory()
print(before, kept, resident())
"""
LARGE = """
memory.limit_malloc_retention()
memory.limit_malloc_retention()
before = resident()
held = blocks(3_000_000, 4)
del held  # from then on glibc alone would take blocks of this size from what it keeps
held = blocks(2_900_000, 40)
pin = blocks(100_000, 80)
full = resident()
del held
print(before, full, resident())
"""


def run_measurement(script: str) -> tuple[int, int, int]:
    command = [sys.executable, "-c", MEASURE + script]
    process = subprocess.run(
        command, cwd=paths.resources().parent, capture_output=True, text=True, check=True, timeout=60
    )
    before, peak, after = map(int, process.stdout.split())
    return before, peak, after


def test_free_memory_between_used_memory_is_returned_on_request() -> None:
    before, kept, after = run_measurement(MIDDLING)
    assert after <= kept
    if platform.libc_ver()[0] == "glibc":
        assert kept - before > 80_000_000
        assert after - before < 30_000_000


def test_large_blocks_are_returned_at_once() -> None:
    before, full, after = run_measurement(LARGE)
    assert full - before > 100_000_000
    assert after - before < 30_000_000


def test_another_c_library_is_left_alone() -> None:
    memory.release_free_memory()
    assert (memory._glibc() is not None) == (platform.libc_ver()[0] == "glibc")
