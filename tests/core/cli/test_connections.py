"""`findling connections`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import connections
from core.cli.main import main
from core.connections import record


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list without the connections of other tests, which may not be written yet."""
    connections.flush()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_an_empty_list_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connections"]) == 0
    assert capsys.readouterr().out == "Findling has not connected to another computer.\n"


def test_each_connection_is_a_line_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    record("hub.example", 443, "model_download", "a \x1b[31mmodel", received=5_000_000)
    record("server.example", 8000, "engine", "server.example:8000", sent=100)
    assert main(["connections"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    (download,) = (line for line in lines if "hub.example:443" in line)
    assert "Download of a " in download
    assert "1 connection" in download
    assert "\x1b" not in download


def test_as_json_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    record("hub.example", 443, "model_download", "a model")
    assert main(["connections", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["host"], entry["purpose"], entry["about"]) == ("hub.example:443", "model_download", "a model")
