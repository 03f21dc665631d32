"""The lockfile of SGLang's environment for this processor: version, checksums and size of each package."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from pathlib import Path

from core import paths
from core.errors import EngineError


@dataclass(frozen=True, slots=True)
class LockedPackage:
    """One package: bytes of its download and on the disk."""

    version: str
    download: int
    disk: int


@dataclass(frozen=True, slots=True)
class Lockfile:
    """The pinned packages: `requirements` is a file for uv with their checksums, `digest` tells it from others.

    `version` is SGLang's, `pythons` are those that all packages have wheels for; with `headers`, its kernels are
    compiled on the machine, which needs Python's own.
    """

    requirements: Path
    digest: str
    version: str
    pythons: tuple[str, ...]
    headers: bool
    parts: dict[str, LockedPackage]

    @property
    def download(self) -> int:
        return sum(part.download for part in self.parts.values())

    @property
    def disk(self) -> int:
        return sum(part.disk for part in self.parts.values())


def load(folder: Path | None = None) -> Lockfile:
    """The lockfile for this processor, from resources/ unless a folder is named; raises EngineError."""
    place = folder or paths.resources() / "engine"
    requirements = place / f"sglang-{platform.machine()}.txt"
    try:
        facts = json.loads(requirements.with_suffix(".json").read_text(encoding="utf-8"))
        digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    except FileNotFoundError as error:
        raise EngineError("install.other_processor", processor=platform.machine()) from error
    parts = {name: LockedPackage(*row) for name, row in facts["packages"].items()}
    return Lockfile(requirements, digest, facts["version"], tuple(facts["pythons"]), facts["headers"], parts)
