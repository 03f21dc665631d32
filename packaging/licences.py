"""Prints name, version and licence of every package that Findling runs with, and fails on one that forbids it.

What may be used beside Apache-2.0: permissive licences, and the weak copyleft of MPL and LGPL for unchanged libraries.
AGPL and GPL alone may not, nor may a licence that is not stated or not known here.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

LOCK = Path(__file__).parent / "run.lock"
FREE = re.compile(
    r"\b(MIT|0?BSD|Apache|CC0|ISC|Zlib|PSF|Python|MPL|Mozilla|LGPL(v\d)?|Lesser|Unlicense)\b", re.IGNORECASE
)
BARRED = re.compile(
    r"\b(A?GPL(v\d)?|General Public License|SSPL|Elastic|BUSL|Commons Clause|Proprietary|Commercial)\b", re.IGNORECASE
)
LESSER = re.compile(r"\bLGPL[\w.+-]*|Lesser General Public License", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Licence:
    """A package's licence as it states it, in words or as an SPDX expression."""

    package: str
    version: str
    text: str

    @property
    def allowed(self) -> bool:
        return any(map(_is_allowed, re.split(r"\s+OR\s+", self.text.strip("()"))))


def _is_allowed(alternative: str) -> bool:
    parts = re.split(r"\s+AND\s+|,", alternative.strip(" ()"))
    return FREE.search(alternative) is not None and not any(BARRED.search(LESSER.sub("", part)) for part in parts)


def stated(package: PackageMetadata) -> str:
    """A package's licence as its metadata states it."""
    for field in ("License-Expression", "License"):
        text = package[field].strip() if field in package else ""
        if text and text != "UNKNOWN" and "\n" not in text:
            return text
    classifiers = package.get_all("Classifier") or []
    return " AND ".join(name.split(" :: ")[-1] for name in classifiers if name.startswith("License ::"))


def locked(lock: Path = LOCK) -> list[str]:
    """The names in a requirements file, in its order, each once."""
    return list(dict.fromkeys(re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)))


def installed(names: list[str]) -> list[Licence]:
    """The licences of those of the names that this machine's environment has."""
    found = []
    for name in names:
        try:
            package = metadata(name)
        except PackageNotFoundError:  # for another platform
            continue
        found.append(Licence(name, package["Version"], stated(package)))
    return found


def main() -> int:
    licences = installed(locked())
    for licence in licences:
        mark = "" if licence.allowed else "  <- not allowed"
        print(f"{licence.package:25} {licence.version:12} {licence.text or 'not stated'}{mark}")
    barred = [licence.package for licence in licences if not licence.allowed]
    print(f"{len(licences)} packages, {len(barred)} not allowed")
    return 1 if barred or not licences else 0


if __name__ == "__main__":
    sys.exit(main())
