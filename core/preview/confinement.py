"""What the drawing process takes from itself before it sees a document: memory, writing, and all but fonts to read."""

from __future__ import annotations

import sys

from core.processes.guard import die_with_parent
from core.processes.sandbox import confine

MEMORY = 1536 * 1024 * 1024  # bytes
OPEN_FILES = 64
FONTS = ("/usr/share/fonts", "/usr/share/X11/fonts", "/usr/local/share/fonts")  # where PDFium looks for fonts


def confine_drawing() -> None:
    """Limit memory, writing and open files, and keep everything from this process but its libraries and fonts.

    Its priority stays as it is: the user waits for what it draws.
    """
    die_with_parent()
    if sys.platform != "win32":
        import resource

        for what, limit in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, OPEN_FILES),
            (resource.RLIMIT_DATA, MEMORY),
        ):
            hard = resource.getrlimit(what)[1]
            limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.setrlimit(what, (limit, limit))
    confine(FONTS)
