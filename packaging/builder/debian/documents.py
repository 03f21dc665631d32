"""The texts that come with the package: copyright, changelog, and why lintian is not heard on some points."""

from __future__ import annotations

from email.utils import formatdate
from pathlib import Path
from xml.etree import ElementTree as ET

from licences import stated

from builder.debian.control import full_version
from builder.debian.release import Release
from builder.facts import HOMEPAGE, MAINTAINER, METAINFO, ROOT
from builder.sbom import installed

COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Findling
Source: {homepage}

Files: *
Copyright: 2026 The Findling contributors
License: Apache-2.0
Comment:
 What is not the contributors' own work:
{notice}
 .
 The packages below /usr/lib/findling/lib, whose licences are in each one's
 folder *.dist-info there:
{packages}

License: Apache-2.0
 On Debian systems, the full text of the Apache License, version 2.0, is in
 /usr/share/common-licenses/Apache-2.0.
"""
# lintian judges what Debian would build from sources; these are the unchanged files of other projects' own packages.
OVERRIDES = (
    ("embedded-library", "Wheels bring the libraries that they were built and tested with."),
    ("unstripped-binary-or-object", "They are kept as their projects published them, so that hashes can be compared."),
    ("interpreter-in-usr-local", "Modules in wheels that are imported, never run."),
    ("library-not-linked-against-libc", "Libraries in wheels."),
    ("hardening-no-pie", "Programs in wheels."),
    ("script-not-executable", "Wheels set the mode."),
    ("unusual-interpreter", "Findling has an environment of its own."),
)


def copyright_file(packages: Path) -> str:
    """The copyright file, with what NOTICE says and each package's licence."""
    names = bundled_licences(packages)
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8").split("\n\n", 2)[2]
    indented = "\n".join(f"  {line}" if line.strip() else " ." for line in notice.strip().splitlines())
    return COPYRIGHT.format(homepage=HOMEPAGE, notice=indented, packages=names)


def bundled_licences(packages: Path) -> str:
    """Each package's name, version and licence, one a line."""
    listed = sorted((item.name, item.version, stated(item.metadata)) for item in installed(packages))
    return "\n".join(f"  {name} {version}: {text}" for name, version, text in listed if name != "findling")


def changelog(release: Release, when: int) -> str:
    """Debian's changelog: the newest release."""
    newest = ET.parse(METAINFO).getroot().find("releases/release/description/p")
    text = " ".join((newest.text or "").split()) if newest is not None else ""
    head = f"findling ({full_version(release)}) {release.codename}; urgency=medium"
    return f"{head}\n\n  * {text}\n\n -- {MAINTAINER}  {formatdate(when)}\n"


def overrides() -> str:
    return "".join(f"# {why}\nfindling: {tag}\n" for tag, why in OVERRIDES)
