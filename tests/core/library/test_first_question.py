"""What the first question needs is there before it is asked: the client of the engine is imported in idle time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from core import paths

IDLE = """
import sys
from core.library import Library
from core.settings import Settings
from tests.waiting import wait_until
settings = Settings(engine="remote", remote_url="http://127.0.0.1:9/v1")
with Library.open(sys.argv[1], settings, watch=sys.argv[2] == "stay") as library:
    library.wait("names")
    at_first = "openai" in sys.modules
    if sys.argv[2] == "stay":
        wait_until(lambda: "openai" in sys.modules, "the client is not imported")
print(at_first, "openai" in sys.modules)
"""


def imported(library: Path, how: str) -> str:
    """Whether the client was imported when a library was opened, and when it was closed."""
    command = [sys.executable, "-c", IDLE, str(library), how]
    return subprocess.run(command, cwd=paths.resources().parent, capture_output=True, text=True, check=True).stdout


def test_a_program_that_stays_open_imports_the_client_when_it_is_idle(tmp_path: Path) -> None:
    assert imported(tmp_path / "library", "stay").split()[1] == "True"


def test_a_command_that_is_soon_over_does_not(tmp_path: Path) -> None:
    assert imported(tmp_path / "library", "go") == "False False\n"
