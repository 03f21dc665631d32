"""The README's lines that install and remove, which the trials run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def line(beginning: str, end: str = "") -> str:
    """The one line of the README's blocks that begins and ends so, without `sudo`."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [text.strip().removeprefix("sudo ") for block in blocks for text in block.splitlines()]
    found = [text for text in lines if text.startswith(beginning) and text.endswith(end)]
    assert len(found) == 1, f"the README has {found} for {beginning} ... {end}"
    return found[0]
