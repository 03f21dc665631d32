"""The real worker process without its confinement, for comparison: see `tests.tools.bench.confinement`."""

from __future__ import annotations

from core.extract_workers import worker
from core.processes.sandbox import SandboxSupport


def no_confinement(readable: object) -> SandboxSupport:
    del readable
    return SandboxSupport(0, seccomp=False)


if __name__ == "__main__":
    worker.confine = no_confinement
    worker.main()
