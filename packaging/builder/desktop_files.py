"""Where a system looks for the files that desktops read, by what they are."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from builder.command import BuildError
from builder.facts import APP, METAINFO, RESOURCES

FOLDER = RESOURCES / "desktop"
# By the file's name; the first that fits. A prefix such as /usr comes before each.
PLACES = (
    (rf"{re.escape(APP)}\.desktop", "share/applications"),
    (r".+\.metainfo\.xml", "share/metainfo"),
    (r".+-search-provider\.ini", "share/gnome-shell/search-providers"),
    (r".+-krunner\.desktop", "share/krunner/dbusplugins"),
    (r".+\.servicemenu\.desktop", "share/kio/servicemenus"),
    (r"thunar-.+\.desktop", "share/Thunar/sendto"),
    (r"nautilus-.+\.py", "share/nautilus-python/extensions"),
    (r"[a-z]+(\.[A-Za-z]+)+\.service", "share/dbus-1/services"),  # named as the bus names it
    (r"[a-z-]+\.(service|socket|timer)", "lib/systemd/user"),
)
RUN = "share/kio/servicemenus"  # KDE reads entries there only if they may be run


def places() -> Iterator[tuple[Path, str]]:
    """Each file, and the folder below the prefix that it belongs into; raises BuildError for one without a place."""
    for file in (RESOURCES / f"{APP}.desktop", METAINFO, *sorted(FOLDER.glob("*"))):
        if file.name == "README.md" or file.name.startswith("__"):
            continue
        place = next((place for pattern, place in PLACES if re.fullmatch(pattern, file.name)), None)
        if place is None:
            raise BuildError(f"No place is known for {file.name}; add it to builder/desktop_files.py.")
        yield file, place


def install(prefix: Path) -> None:
    """Copy the files to their places below a prefix."""
    for file, place in places():
        target = prefix / place / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        target.chmod(0o755 if place == RUN else 0o644)
