"""The package's description and its dependencies."""

from __future__ import annotations

from system_packages import LIBRARIES

from builder.command import BuildError
from builder.debian.release import Release
from builder.facts import HOMEPAGE, MAINTAINER, version

REVISION = "1"
RECOMMENDED = ("fonts-dejavu-core | fonts-freefont-ttf", "tesseract-ocr", "xdg-utils")
DESCRIPTION = """\
Finds your own documents by what they say
 Findling finds documents in your folders by what they say: in PDFs, letters,
 books, web pages, tables, slides, notes and code, in about a hundred
 languages. Describe what you are looking for in your own words; Findling
 shows the documents that say it, with the passage that answers and its page.
 .
 It runs on your own machine, without a graphics card, and nothing leaves it."""


def full_version(release: Release) -> str:
    return f"{version()}-{REVISION}{release.suffix}"


def control(release: Release, sonames: set[str], kibibytes: int) -> str:
    """The control file; `sonames` are what the programs inside ask of the system, BuildError is raised for others."""
    unknown = sorted(sonames - set(LIBRARIES))
    if unknown:
        raise BuildError(f"No package is known for {', '.join(unknown)}; add it to gui/app/system_libraries.py.")
    depends = [f"python{release.python}", "libc6 (>= 2.34)", *sorted({LIBRARIES[soname] for soname in sonames})]
    fields = {
        "Package": "findling",
        "Version": full_version(release),
        "Architecture": "amd64",
        "Maintainer": MAINTAINER,
        "Installed-Size": str(kibibytes),
        "Depends": ", ".join(depends),
        "Recommends": ", ".join(RECOMMENDED),
        "Section": "utils",
        "Priority": "optional",
        "Homepage": HOMEPAGE,
        "Description": DESCRIPTION,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def install_scripts(release: Release) -> dict[str, str]:
    """What dpkg runs: Python's caches are made at installation, and the library is left at removal."""
    lib = f"/usr/lib/findling/lib/python{release.python}"
    return {
        "postinst": f"""#!/bin/sh
set -e
if [ "$1" = configure ]; then
    /usr/lib/findling/bin/python -I -m compileall -qq -j 0 {lib} || true
fi
""",
        "prerm": """#!/bin/sh
set -e
find /usr/lib/findling -name __pycache__ -type d -prune -exec rm -rf {} +
""",
        "postrm": """#!/bin/sh
set -e
if [ "$1" = remove ]; then
    echo "Findling is removed. Each user's library is kept, in ~/.local/share/findling; delete that folder if it is no"
    echo "longer wanted. Your documents are where they always were."
fi
""",
    }
