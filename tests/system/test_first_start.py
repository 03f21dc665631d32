"""The first start in a new home: through the welcome by keys alone, to the first hit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.builders import multilingual_folder
from tests.builders.desktop import wait_until
from tests.system.on_screen import Seen, seen_window
from tests.tools.accessible.tree import CHECKED

pytestmark = pytest.mark.slow

AT_LOGIN = "Start Findling in the background when I log in"


def step(seen: Seen) -> str:
    return next((name for name in seen.names("label") if name.startswith("Step ")), "")


def test_from_the_welcome_to_the_first_hit(tmp_path: Path) -> None:
    home = Path(os.environ["HOME"])
    multilingual_folder.write_documents(home / "Documents")
    with seen_window(tmp_path / "library") as seen:
        wait_until(lambda: step(seen) == "Step 1 of 3", "the welcome begins with folders")
        wait_until(lambda: any("Documents" in name for name in seen.names("check box")), "a folder is suggested")
        (documents,) = [node for node in seen.nodes() if node.role == "check box" and "Documents" in node.name]
        assert documents.has(CHECKED)
        wait_until(lambda: any("9 files" in name for name in seen.names("label")), "the folder has its price")
        seen.window.press("Return")
        wait_until(lambda: step(seen) == "Step 2 of 3", "the keys of the quick search follow")
        wait_until(lambda: "Ctrl+Alt+Space" in [node.text for node in seen.nodes()], "the keys are shown")
        seen.tab_to("check box", AT_LOGIN)
        seen.window.press("space")
        seen.tab_to("push button", "Next")
        seen.window.press("Return")
        wait_until(lambda: step(seen) == "Step 3 of 3", "the model follows")
        wait_until(lambda: len(seen.names("radio button")) >= 2, "the models are listed")
        models = [node for node in seen.nodes() if node.role == "radio button"]
        assert sum(node.has(CHECKED) for node in models) == 1
        seen.tab_to("push button", "Start searching")
        seen.window.press("Return")
        wait_until(lambda: not step(seen), "the welcome is over")
        wait_until(lambda: any(home.joinpath(".config/autostart").glob("*.desktop")), "it starts at login")
        wait_until(seen.window.all_is_read, "the documents are read")
        seen.search("deposit")
        hits: list[str] = []

        def is_found() -> bool:
            hits[:] = [row for row in seen.rows() if "found by words" in row]
            return bool(hits)

        wait_until(is_found, "there is a hit")
        (hit,) = hits
        assert hit.startswith("Lease agreement, Garden Street 12. PDF. p. 3.")
