"""The program's icon in the sizes that desktops ask for."""

from __future__ import annotations

import shutil
from pathlib import Path

from resvg import render, usvg

from builder.facts import APP, RESOURCES

SIZES = (16, 24, 32, 48, 64, 128, 256)
DRAWING = RESOURCES / "icons" / "findling.svg"


def write_icons(theme: Path) -> None:
    """Write the icon into the folder of an icon theme, as pictures and as a drawing."""
    drawing = theme / "scalable" / "apps" / f"{APP}.svg"
    drawing.parent.mkdir(parents=True)
    shutil.copyfile(DRAWING, drawing)
    tree = usvg.Tree.from_str(DRAWING.read_text(encoding="utf-8"), usvg.Options.default())
    for size in SIZES:
        scale = size / tree.int_size()[0]
        picture = theme / f"{size}x{size}" / "apps" / f"{APP}.png"
        picture.parent.mkdir(parents=True)
        picture.write_bytes(bytes(render(tree, (scale, 0.0, 0.0, 0.0, scale, 0.0), bg_size=(size, size))))
