"""Every state of the window in a made language, from left to right and from right to left: all translated, all fits.

From left to right, a connection to the AT-SPI bus also reads each state as a screen reader does.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.engine_states import states
from tests.tools.screenshots.pictures import ENGINE_STATES, PICTURES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 3000  # only how long a broken one hangs


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_every_text_is_translated_and_fits(direction: str) -> None:
    command = [sys.executable, "-m", "tests.tools.text_audit", "--rtl" if direction == "rtl" else "--spoken"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == f"{len(PICTURES)} states visited, 0 faults"


def test_the_pictures_have_every_state_of_the_engine() -> None:
    assert list(ENGINE_STATES) == list(states())
    assert len(set(PICTURES)) == len(PICTURES)
