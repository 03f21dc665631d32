"""The releases that a package is built for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """A release of a distribution, with the version of its Python; `suffix` orders packages by release."""

    codename: str
    title: str
    python: str
    suffix: str


RELEASES = {
    release.codename: release
    for release in (
        Release("bookworm", "Debian 12", "3.11", "~deb12"),
        Release("trixie", "Debian 13", "3.13", "~deb13"),
        Release("noble", "Ubuntu 24.04 LTS", "3.12", "~ubuntu24.04"),
    )
}
