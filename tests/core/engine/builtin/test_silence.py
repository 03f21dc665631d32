"""onnxruntime's telemetry, on by default, is off."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import paths

pytestmark = pytest.mark.slow

EMBEDS = """
from core.engine.builtin import onnx_model
from core.models import ENGLISH
model = onnx_model.load(ENGLISH, lambda *_: None)
print(model.embed(model.encode("The harbour is closed in winter.")).shape)
"""


def test_a_model_that_was_loaded_leaves_no_trace_of_telemetry(tmp_path: Path) -> None:
    silencing = ("CI", "ORT_", "XDG_")  # the library is silent by itself where it takes itself to be tested
    kept = {name: value for name, value in os.environ.items() if not name.startswith(silencing)}
    command = [sys.executable, "-c", EMBEDS]
    run = subprocess.run(
        command, env=kept | {"HOME": str(tmp_path)}, cwd=paths.resources().parent, capture_output=True, check=True
    )
    assert run.stdout == b"(384,)\n"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
