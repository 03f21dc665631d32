"""A model from a hub: download, cancel, kill, resume; over both hubs' protocols."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import psutil
import pytest

from core.engine import disk_space
from core.engine.model_download.weights import Weights
from core.engine.progress import JobProgress
from core.errors import ModelError, StorageFullError
from core.settings import Hub
from tests.core.engine.model_download.downloading import LARGEST, NEVER, REPOSITORY, fault, get, once, silent
from tests.core.store.integrity.test_full_disk import mount_namespace, on_small_disk
from tests.fakes.fake_hub import FakeHub, running

pytestmark = pytest.mark.slow


def test_fetched_whole_with_only_what_a_server_reads(ours: Weights, hub: Hub, server: FakeHub, model: Path) -> None:
    assert (ours.state(), ours.fetched()) == ("missing", (0, 0))
    steps: list[JobProgress] = []
    assert ours.download(hub, server.url, "", steps.append, NEVER)
    assert ours.state() == "ready"
    names = {str(path.relative_to(ours.folder)) for path in ours.folder.rglob("*") if path.is_file()}
    expected = {
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        LARGEST,
        "modules.json",
        "1_Pooling/config.json",
    }
    assert names == expected | {"findling.json"}
    for name in expected:
        assert (ours.folder / name).read_bytes() == (model / name).read_bytes()
    assert steps[-1].done == steps[-1].total == sum((model / name).stat().st_size for name in expected)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert ours.verify(silent, NEVER)


def test_nothing_else_is_asked_and_nobody_is_told(
    ours: Weights, hub: Hub, server: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "a-key-of-theirs")
    monkeypatch.setenv("MODELSCOPE_API_TOKEN", "a-key-of-theirs")
    server.key = "a-key-of-theirs"
    fault(ours, hub, server)
    server.key = ""
    server.log.clear()
    assert get(ours, hub, server)
    assert len(server.log) == 7, "one list and six files"
    assert not (Path.home() / ".cache" / "huggingface").exists()
    assert not (Path.home() / ".modelscope").exists()
    served = len(server.log)
    assert get(ours, hub, server)
    assert len(server.log) == served, "a model that is there was asked for again"


def test_hugging_faces_commit_is_noted_and_asked_for(ours: Weights, server: FakeHub) -> None:
    assert get(ours, "huggingface", server)
    note = json.loads((ours.folder / "findling.json").read_text(encoding="utf-8"))
    assert note["revision"] == server.commit
    assert all(f"/resolve/{server.commit}/" in line for line in server.log[1:])


def test_cancelled_and_gone_on_with(ours: Weights, hub: Hub, server: FakeHub) -> None:
    server.stalled = LARGEST
    cancelled = threading.Event()

    def tell(step: JobProgress) -> None:
        if server.reached.is_set() and step.done > 50_000:
            cancelled.set()

    assert ours.download(hub, server.url, "", tell, cancelled) is False
    assert ours.state() == "partial"
    done, total = ours.fetched()
    assert 50_000 < done < total
    server.stalled = ""
    server.go.set()
    before = server.served[LARGEST]
    assert get(ours, hub, server)
    whole = (ours.folder / LARGEST).stat().st_size
    assert server.served[LARGEST] - before < whole, "what was there was fetched again"
    assert server.served["tokenizer.json"] == (ours.folder / "tokenizer.json").stat().st_size
    assert ours.verify(silent, NEVER)


def test_killed_in_the_middle_and_gone_on_with(ours: Weights, hub: Hub, server: FakeHub) -> None:
    server.stalled = LARGEST
    with once(hub, server, ours) as program:
        assert program.stdout
        for line in program.stdout:
            if server.reached.is_set() and json.loads(line)[1] > 50_000:
                break
        family = psutil.Process(program.pid).children(recursive=True)
        assert family
        program.kill()
    _, alive = psutil.wait_procs(family, timeout=60)
    assert not alive, "the hub's client outlived the program that was killed"
    assert ours.state() == "partial"
    half = ours.folder.with_name("Qwen3.part") / f"{LARGEST}.incomplete"
    there = half.stat().st_size
    server.stalled = ""
    server.go.set()
    asked = len(server.log)
    assert get(ours, hub, server)
    (again,) = server.log[asked:]
    assert LARGEST in again
    assert again.endswith(f"bytes={there}-"), "what was there was fetched again"
    assert ours.verify(silent, NEVER)


def test_killed_at_any_step_nothing_half_is_taken_for_good(ours: Weights, server: FakeHub) -> None:
    hub: Hub = "huggingface"
    for number in (1, 2, 5):
        with once(hub, server, ours) as program:
            assert program.stdout
            for count, _ in enumerate(program.stdout, start=1):
                if count == number:
                    break
            program.kill()
        if ours.state() == "ready":
            assert ours.verify(silent, NEVER)
    assert get(ours, hub, server)
    assert ours.verify(silent, NEVER)


def test_a_broken_connection_is_gone_on_with(
    ours: Weights, hub: Hub, server: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELSCOPE_DOWNLOAD_MAX_RETRIES", "2")
    server.cut = LARGEST
    assert get(ours, hub, server)
    assert server.served[LARGEST] == (ours.folder / LARGEST).stat().st_size, "it began anew"


def test_a_server_that_cannot_go_on_begins_anew(ours: Weights, hub: Hub, server: FakeHub) -> None:
    server.stalled = LARGEST
    cancelled = threading.Event()
    tell = lambda step: cancelled.set() if server.reached.is_set() and step.done > 50_000 else None  # noqa: E731
    assert not ours.download(hub, server.url, "", tell, cancelled)
    server.stalled, server.ranges = "", False
    server.go.set()
    assert get(ours, hub, server)
    assert ours.verify(silent, NEVER)


def test_a_wrong_checksum(ours: Weights, hub: Hub, server: FakeHub) -> None:
    for name in ("config.json", LARGEST):
        server.damaged = name
        assert fault(ours, hub, server).sentence.startswith("The checksum of ")
        assert ours.state() == "partial"
    server.damaged = ""
    assert get(ours, hub, server)
    assert ours.verify(silent, NEVER)


def test_a_hub_without_the_model_or_without_a_file(ours: Weights, hub: Hub, server: FakeHub) -> None:
    server.repository = "Somebody/Else"
    assert "does not have Qwen/Qwen3-Embedding-0.6B" in fault(ours, hub, server).sentence
    server.repository, server.lost = REPOSITORY, "tokenizer.json"
    assert "does not have" in fault(ours, hub, server).sentence


def test_a_model_that_needs_a_key(ours: Weights, hub: Hub, server: FakeHub) -> None:
    server.key = "the-key"
    assert "does not give" in fault(ours, hub, server).sentence
    assert ours.download(hub, server.url, "", silent, NEVER, key="the-key")
    assert "the-key" not in (ours.folder / "findling.json").read_text(encoding="utf-8")


def test_a_hub_that_is_not_well_or_not_there(
    ours: Weights, hub: Hub, server: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.status = 500
    assert "cannot be reached" in fault(ours, hub, server).sentence
    with pytest.raises(ModelError, match="cannot be reached") as caught:
        ours.download(hub, "http://127.0.0.1:9", "", silent, NEVER)
    assert "proxy" in caught.value.remedy


def test_through_a_proxy(ours: Weights, hub: Hub, server: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert ours.download(hub, "http://mirror.example", server.url, silent, NEVER)
    assert server.proxied == len(server.log) == 7


def test_the_other_hub_goes_on_with_what_is_the_same(ours: Weights, server: FakeHub) -> None:
    server.lost = "tokenizer.json"
    fault(ours, "huggingface", server)
    server.lost = ""
    server.served.clear()
    assert get(ours, "modelscope", server)
    assert ours.verify(silent, NEVER)


def test_the_disk_is_looked_at_first(ours: Weights, server: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_space, "free", lambda folder: 1000)
    assert isinstance(fault(ours, "huggingface", server), StorageFullError)
    assert not server.served


def test_a_disk_that_gets_full(hub: Hub, model: Path, tmp_path: Path) -> None:
    """Somebody else fills it after it was looked at: here the program believes that it is endless."""
    disk = tmp_path / "disk"
    disk.mkdir()
    space = mount_namespace(disk)
    script = "import sys; from core.engine import disk_space; disk_space.free = lambda f: 1 << 40; "
    script += "from tests.core.engine.model_download import download_once; download_once.main(*sys.argv[1:])"
    with running(model, REPOSITORY) as server:
        program = (sys.executable, "-c", script, hub, server.url, str(disk / "models" / "m"))
        done = on_small_disk(space, disk, "200k", *program)
        assert done.returncode == 1, done.stderr
        assert json.loads(done.stdout.splitlines()[-1])[0] == "StorageFullError"
        assert on_small_disk(space, disk, "20m", *program).returncode == 0


def test_two_at_once(ours: Weights, server: FakeHub) -> None:
    server.stalled = LARGEST
    with once("huggingface", server, ours) as program:
        assert server.reached.wait(120)
        for action in (lambda: get(ours, "huggingface", server), ours.delete):
            with pytest.raises(ModelError, match="Another program"):
                action()
        server.go.set()
        program.communicate()
    assert program.returncode == 0
    assert ours.state() == "ready"
