"""The first start in a new home: through the welcome by keys alone, to the first hit."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import multilingual_folder
from tests.builders.desktop import wait_until
from tests.system.on_screen import Seen, seen_window
from tests.tools.accessible.tree import CHECKED, Node

pytestmark = pytest.mark.slow

AT_LOGIN = "Start Findling in the background when I log in"


def step(seen: Seen) -> str:
    return next((name for name in seen.names("label") if name.startswith("Step ")), "")


def shown(seen: Seen, role: str, are_there: Callable[[list[Node]], bool]) -> list[Node]:
    """The controls of a role, once those that are awaited are there."""
    found: list[Node] = []

    def is_so() -> bool:
        found[:] = [node for node in seen.nodes() if node.role == role]
        return are_there(found)

    wait_until(is_so, f"the {role} is shown")
    return found


def test_from_the_welcome_to_the_first_hit(tmp_path: Path) -> None:
    home = Path(os.environ["HOME"])
    multilingual_folder.write_documents(home / "Documents")
    with seen_window(tmp_path / "library") as seen:
        wait_until(lambda: step(seen) == "Step 1 of 3", "the welcome begins with folders")
        (documents,) = shown(seen, "check box", lambda nodes: any("Documents" in node.name for node in nodes))
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
        models = shown(seen, "radio button", lambda nodes: len(nodes) >= 2)
        assert sum(node.has(CHECKED) for node in models) == 1
        seen.tab_to("push button", "Start searching")
        seen.window.press("Return")
        wait_until(lambda: not step(seen), "the welcome is over")
        wait_until(lambda: any(home.joinpath(".config/autostart").glob("*.desktop")), "it starts at login")
        wait_until(seen.window.all_is_read, "the documents are read")
        seen.search("deposit")
        hit = "Lease agreement, Garden Street 12. PDF. p. 3."

        def is_found(rows: list[str]) -> bool:
            """Whether it is the one hit: as long as less of the word is typed, there may be others."""
            hits = [row for row in rows if "found by words" in row]
            return len(hits) == 1 and hits[0].startswith(hit)

        seen.rows_when(is_found, "the lease is the one hit")
