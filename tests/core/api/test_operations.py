"""The API of an open library: each answer is as its OpenAPI document says, whatever is asked."""

from __future__ import annotations

import dataclasses
import io
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from core.api.setting_values import ChangedSettings, ShownSettings
from core.control_socket import RefusedError, ask
from core.control_socket.location import connect
from core.library import Library
from core.settings import Settings
from tests.builders.documents import pdf
from tests.core.api.conftest import answering
from tests.core.cli.conftest import HOSTILE_NAME
from tests.tools.api_fuzz.requests import check, complaint, exchange, facts, operations, request_of

MORE = ("facets", "page", "settings", "exclusions", "wait")
CHANGES = {"/v1/folders/add", "/v1/folders/remove", "/v1/settings/change", "/v1/exclusions/change"}
ENGINE = {"/v1/engine/release"}  # later searches would wait for it


@pytest.fixture
def document(resident: Library) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(ask(resident.root, "GET", "openapi.json"))
    return described


def get(library: Library, operation: str, /, **facts: Any) -> Any:
    return json.loads(ask(library.root, "GET", operation, facts))


def test_answers_are_as_the_document_says(resident: Library, document: dict[str, Any]) -> None:
    docs = resident.root.parent / "docs"
    asked = {
        "search": {"q": "harbour winter type:text", "limit": 3},
        "status": {},
        "why": {"path": str(docs / "harbour.txt"), "q": "harb*"},
        "problems": {},
        "document": {"path": str(docs / HOSTILE_NAME), "q": "soup"},
        "folders": {},
        "facets": {"q": "harbour", "field": "type"},
        "settings": {},
        "exclusions": {"path": str(docs)},
        "wait": {"retriever": "words"},
    }
    answers = {path: get(resident, path, **facts) for path, facts in asked.items()}
    for path, answer in answers.items():
        check(document, f"/v1/{path}", "get", answer)
    assert answers["search"]["hits"][0]["path"] == str(docs / "harbour.txt")
    assert answers["why"]["in_list"]["rank"] == 1
    assert answers["document"]["text"] == "Soup of the day: lighthouse soup."
    assert answers["document"]["path"] == str(docs / HOSTILE_NAME)
    assert [match["lanes"] for match in answers["document"]["matches"]]
    assert answers["folders"]["folders"][0]["path"] == str(docs)
    assert (answers["wait"]["done"], answers["wait"]["paused"]["reason"]) == (True, "")
    assert answers["status"]["problems"] == len(answers["problems"]["problems"]) == 1


def test_every_get_but_the_streams_is_checked_above(document: dict[str, Any]) -> None:
    gets = {path for path, methods in document["paths"].items() if "get" in methods}
    assert gets == {
        f"/v1/{name}"
        for names in (("search", "status", "why", "problems", "document", "folders", "progress", "search/steps"), MORE)
        for name in names
    }


def test_better_answers_come_as_they_are_found(resident: Library, document: dict[str, Any]) -> None:
    peer = connect(resident.root)
    assert peer is not None
    with peer, peer.makefile(encoding="utf-8") as answered:
        peer.sendall(
            b"GET /v1/search/steps?q=harbour%20winter&limit=2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        answers = [json.loads(line.removeprefix("data: ")) for line in answered if line.startswith("data: ")]
    for answer in answers:
        check(document, "/v1/search/steps", "get", answer)
        assert answer["hits"][0]["title"] == "harbour.txt"
    assert "meaning" not in answers[0]["hits"][0]["lanes"]
    assert "meaning" in answers[-1]["hits"][0]["lanes"]
    assert get(resident, "search", q="harbour", quick="true")["hits"][0]["title"] == "harbour.txt"


def test_a_part_of_a_document_is_read(resident: Library) -> None:
    path = str(resident.root.parent / "docs" / "harbour.txt")
    whole = get(resident, "document", path=path)
    part = get(resident, "document", path=path, start=4, length=7)
    assert (part["text"], part["start"], part["end"]) == ("harbour", 4, 11)
    assert part["total"] == len(whole["text"])
    assert get(resident, "document", path=path, start=10**9)["text"] == ""
    with pytest.raises(RefusedError) as refused:
        get(resident, "document", path="/etc/passwd")
    assert refused.value.sentence == "/etc/passwd has no text in this library."
    with pytest.raises(RefusedError) as refused:
        get(resident, "document", path=path, page=3)
    assert "has no page 3" in refused.value.sentence


def test_indexing_is_paused_and_resumed(resident: Library) -> None:
    paused = json.loads(ask(resident.root, "POST", "pause", {"seconds": 60}))
    assert paused["reason"] == "paused"
    assert resident.indexing.paused
    assert json.loads(ask(resident.root, "POST", "resume"))["reason"] == ""
    assert not resident.indexing.paused


def test_a_folder_is_added_and_removed(resident: Library, document: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("A letter.")
    added = json.loads(ask(resident.root, "POST", "folders/add", {"path": str(tmp_path)}))
    check(document, "/v1/folders/add", "post", added)
    assert added["path"] == str(tmp_path)
    left = json.loads(ask(resident.root, "POST", "folders/remove", {"path": str(tmp_path)}))
    assert str(tmp_path) not in [folder["path"] for folder in left["folders"]]
    with pytest.raises(RefusedError) as refused:
        ask(resident.root, "POST", "folders/add", {"path": str(tmp_path / "nowhere")})
    assert refused.value.code == "folder"


def test_settings_and_exclusions_are_changed(resident: Library, document: dict[str, Any]) -> None:
    def post(operation: str, **facts: Any) -> Any:
        return json.loads(ask(resident.root, "POST", operation, facts))

    docs, before = str(resident.root.parent / "docs"), resident.settings
    changed = post("settings/change", poll_minutes=7, exclude=["*.bak"])
    check(document, "/v1/settings/change", "post", changed)
    assert (resident.settings.poll_minutes, resident.settings.exclude) == (7, ("*.bak",))
    assert changed["poll_minutes"] == 7
    assert "remote_key" not in changed
    post("settings/change", poll_minutes=before.poll_minutes, exclude=list(before.exclude))
    assert resident.settings == before
    refusable = {"poll_minutes": 0, "remote_url": "http://elsewhere", "sglang": "/bin/sh", "engine": "none"}
    refusable["vector_store_url"] = "http://elsewhere"
    for name, value in refusable.items():
        with pytest.raises(RefusedError) as refused:
            post("settings/change", **{name: value})
        assert refused.value.status == 400
    assert resident.settings == before
    assert post("exclusions/change", path=docs, patterns=["*.tmp"])["patterns"] == ["*.tmp"]
    assert get(resident, "exclusions", path=docs) == {"patterns": ["*.tmp"], "gitignore": False}
    post("exclusions/change", path=docs, patterns=[])
    assert get(resident, "facets", q="harbour", field="ext")["values"][0] == {"value": "txt", "count": 1}


def test_no_key_is_shown_and_no_other_computer_is_chosen() -> None:
    names = {field.name for field in dataclasses.fields(Settings)}
    keys = {name for name in names if name.endswith("_key")}
    elsewhere = {name for name in names if name.endswith(("_url", "_mirror")) or name.startswith("vector_store")}
    assert keys >= {"remote_key", "vector_store_key"}
    assert keys.isdisjoint(field.name for field in dataclasses.fields(ShownSettings))
    assert (keys | elsewhere | {"proxy", "hub"}).isdisjoint(field.name for field in dataclasses.fields(ChangedSettings))


def test_a_page_is_a_picture(root: Path, tmp_path: Path) -> None:
    sample = tmp_path / "pages" / "two.pdf"
    sample.parent.mkdir()
    sample.write_bytes(pdf(["One page.", "Another."]))
    with answering(root) as library:
        library.add_folder(sample.parent)
        library.wait("words", timeout=60)
        picture = Image.open(io.BytesIO(ask(root, "GET", "page", {"path": str(sample), "width": 300})))
        assert (picture.format, picture.width) == ("PNG", 300)
        for other in ({"page": 99}, {"page": 0}, {"path": "/etc/passwd"}):
            with pytest.raises(RefusedError) as refused:
                ask(root, "GET", "page", {"path": str(sample), **other})
            assert refused.value.status == 400
        library.remove_folder(sample.parent)


def test_fifty_clients_at_once_are_all_answered(resident: Library) -> None:
    answers: list[Any] = []
    clients = [
        threading.Thread(target=lambda: answers.append(get(resident, "search", q="harbour", limit=2)))
        for _ in range(50)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert len(answers) == 50
    assert len({answer["hits"][0]["path"] for answer in answers}) == 1


def test_whatever_is_asked_is_answered_or_refused(resident: Library, document: dict[str, Any]) -> None:
    for described in operations(document):
        if described.path in CHANGES | ENGINE | {"/v1/progress"}:
            continue

        @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(given=facts(described))
        def ask_anything(given: dict[str, Any]) -> None:
            status, body = exchange(resident.root, request_of(described, given))  # noqa: B023  called in this round
            assert complaint(document, described, status, body) == ""  # noqa: B023

        ask_anything()
    resident.indexing.resume()
