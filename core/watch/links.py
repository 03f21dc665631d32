"""Symbolic links to folders: which are followed, where the user has chosen that they are."""

from __future__ import annotations

import os
from collections.abc import Collection


def is_followed(root: bytes, link: bytes, skip_paths: Collection[bytes] = ()) -> bool:
    """Whether a link below a root leads to a folder that a scan of the root does not come to anyway.

    Not into the root itself, nor back to a folder above or on the way, which would have no end, nor to a path to skip.
    """
    target = os.path.realpath(link)
    if not os.path.isdir(target) or any(_contains(path, target) for path in skip_paths):
        return False
    top, way = os.path.realpath(root), os.path.dirname(link)
    if _contains(top, target):
        return False
    while True:
        if _contains(target, os.path.realpath(way)):
            return False
        if len(way) <= len(root):
            return True
        way = os.path.dirname(way)


def linked_folder(roots: Collection[bytes], path: bytes) -> tuple[bytes, bytes] | None:
    """(the path as a root has it, the link to a folder that it goes through) of a path; None if it goes through none.

    `path` may itself be typed with links to a root or to a folder of it.
    """
    names: list[bytes] = []
    folder = path
    while (above := os.path.dirname(folder)) != folder:
        names.insert(0, os.path.basename(folder))
        folder = above
        real = os.path.realpath(folder)
        if any(_contains(root, real) for root in roots):
            link = os.path.join(real, names[0])
            return (os.path.join(real, *names), link) if os.path.islink(link) and os.path.isdir(link) else None
    return None


def _contains(folder: bytes, path: bytes) -> bool:
    return (path + b"/").startswith(folder.rstrip(b"/") + b"/")
