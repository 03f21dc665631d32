"""A model's files on this machine: verified, repaired, deleted, found outside of a hub."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from core.engine.model_download import source
from core.engine.model_download.weights import Weights
from core.errors import BadInputError, ModelError
from core.settings import Hub
from tests.builders import models
from tests.core.engine.model_download.downloading import LARGEST, NEVER, fault, get, silent
from tests.fakes.fake_hub import FakeHub

pytestmark = pytest.mark.slow


def test_only_the_damaged_files_are_downloaded_again(ours: Weights, hub: Hub, server: FakeHub) -> None:
    assert get(ours, hub, server)
    with (ours.folder / "tokenizer.json").open("r+b") as file:
        file.write(b"damaged")
    assert ours.state() == "ready", "by its sizes alone"
    with pytest.raises(ModelError, match=r"tokenizer\.json") as caught:
        ours.verify(silent, NEVER)
    assert caught.value.remedy
    assert ours.state() == "partial"
    server.served.clear()
    assert get(ours, hub, server)
    assert set(server.served) == {"tokenizer.json"}
    (ours.folder / LARGEST).unlink()
    assert ours.state() == "broken"
    server.served.clear()
    assert get(ours, hub, server)
    assert set(server.served) == {LARGEST}


def test_verifying_can_be_cancelled(ours: Weights, server: FakeHub) -> None:
    assert get(ours, "huggingface", server)
    cancelled = threading.Event()
    cancelled.set()
    assert ours.verify(silent, cancelled) is False
    assert ours.state() == "ready"


def test_deleted(ours: Weights, server: FakeHub) -> None:
    ours.delete()
    server.lost = "tokenizer.json"
    fault(ours, "huggingface", server)
    ours.delete()
    assert ours.state() == "missing"
    server.lost = ""
    assert get(ours, "huggingface", server)
    ours.delete()
    assert ours.state() == "missing"
    assert [name for name in os.listdir(ours.folder.parent) if not name.endswith(".lock")] == []


def test_a_folder_copied_by_hand_needs_no_hub(ours: Weights, model: Path, server: FakeHub) -> None:
    ours.folder.parent.mkdir(parents=True)
    models.write(ours.folder)
    assert ours.state() == "ready"
    assert ours.verify(silent, NEVER)
    assert get(ours, "huggingface", server)
    assert server.log == []
    (ours.folder / LARGEST).unlink()
    assert ours.state() == "broken"
    assert get(ours, "huggingface", server)
    assert server.served["tokenizer.json"] == 0, "what was there was as the hub has it"
    assert ours.verify(silent, NEVER)


@pytest.mark.parametrize("name", ["../../evil.json", "/evil.json", "a/../../evil.json", "a\\..\\evil.json"])
def test_a_hub_that_names_files_outside_of_the_folder(
    name: str, ours: Weights, server: FakeHub, tmp_path: Path
) -> None:
    server.extra = name
    assert "in a way that Findling does not know" in fault(ours, "huggingface", server).sentence
    assert not list(tmp_path.rglob("evil.json"))


def test_a_model_without_weights_that_can_be_used(ours: Weights, tmp_path: Path, server: FakeHub) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "config.json").write_text("{}", encoding="utf-8")
    server.folder = tmp_path / "bare"
    assert "has no weights" in fault(ours, "huggingface", server).sentence


def test_the_mirrors_address() -> None:
    assert source.endpoint("huggingface", "") == "https://huggingface.co"
    assert source.endpoint("modelscope", " ") == "https://www.modelscope.cn"
    assert source.endpoint("huggingface", "mirror.example/") == "https://mirror.example"
    assert source.endpoint("huggingface", "http://mirror.example/hf") == "http://mirror.example/hf"
    for wrong in ("ftp://x", "http://", "a b", "file:///etc"):
        with pytest.raises(BadInputError):
            source.endpoint("huggingface", wrong)


def test_switched_off_by_the_person(ours: Weights, server: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE" in fault(ours, "huggingface", server).sentence
    assert server.log == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be used"):
        Weights("qwen3-4b", tmp_path / "file" / "x").download("huggingface", "", "", silent, NEVER)


def test_where_models_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FINDLING_DATA", str(tmp_path))
    assert Weights("qwen3-8b").folder == tmp_path / "models" / "Qwen3-Embedding-8B"
    assert Weights("qwen3-reranker-4b").state() == "missing"
