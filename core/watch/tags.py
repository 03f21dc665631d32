"""The tags that the user has given a file on the desktop: `user.xdg.tags`, as KDE writes them, and those of Finder."""

from __future__ import annotations

import errno
import os
import plistlib

XDG = "user.xdg.tags"  # separated by commas
# A binary property list of names, each followed by a line with its colour; the second on a share or a copy of a Mac.
FINDER = ("com.apple.metadata:_kMDItemUserTags", "user.com.apple.metadata:_kMDItemUserTags")
MAX_BYTES = 65_536  # of an attribute, as Linux limits it too
MAX_TAGS, MAX_CHARS = 200, 255


def tags_of(path: bytes) -> frozenset[str] | None:
    """The tags of a file, without opening it; None if they cannot be read. Needs a system that lists attributes."""
    if not hasattr(os, "listxattr"):
        return frozenset()
    try:
        names = os.listxattr(path, follow_symlinks=False)
        found = [
            tag
            for name in names
            if name == XDG or name in FINDER
            for tag in _tags(name, os.getxattr(path, name, follow_symlinks=False))
        ]
    except OSError as error:
        return frozenset() if error.errno == errno.ENOTSUP else None
    except ValueError:  # a path with a null character, which only a damaged catalogue has
        return None
    return frozenset(found[:MAX_TAGS])


def _tags(name: str, value: bytes) -> list[str]:
    if len(value) > MAX_BYTES:
        return []
    texts = value.decode("utf-8", "replace").split(",") if name == XDG else _finder_tags(value)
    return [tag for text in texts if (tag := "".join(filter(str.isprintable, text)).strip()[:MAX_CHARS])]


def _finder_tags(value: bytes) -> list[str]:
    try:
        listed = plistlib.loads(value, fmt=plistlib.FMT_BINARY)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return []
    if not isinstance(listed, list):
        return []
    return [item.partition("\n")[0] for item in listed if isinstance(item, str)]
