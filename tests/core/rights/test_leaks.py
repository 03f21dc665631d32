"""Several people ask one library: nobody is told anything of what he may not read, and all of what he may.

What each may read is found by a process that becomes him and tries to open each file.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from core.api import operations_for, people
from core.control_socket.remote import RemoteAccess, RemoteServer
from core.control_socket.users import add_token
from core.library import FACET_FIELDS, Library
from core.rights import Person
from core.search.query import parse
from tests.builders import shared_tree
from tests.builders.shared_tree import TOPICS, SharedTree, who_may_open
from tests.core.engine.conftest import Running, fake
from tests.core.library.conftest import remote
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who can become others"),
    pytest.mark.slow,
]
WORD = re.compile(rb"(?:zq|nm)\d+x")
FILES, FILES_LONG = 400, 5000
NEAREST = 10


class Team:
    """A library that several people ask over TLS, each with a token of his own."""

    def __init__(self, tree: SharedTree, library: Library, tokens: dict[Person, str]) -> None:
        self.tree, self.library, self.people = tree, library, list(tokens)
        self._tokens = tokens
        self.port, self.context, self.thorough = 0, ssl.create_default_context(), False

    def ask(self, person: Person, operation: str, /, *, method: str = "GET", **facts: object) -> tuple[int, bytes]:
        """(status, body) of a request."""
        query = urlencode({name: str(value) for name, value in facts.items()}, errors="surrogateescape")
        with closing(http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context)) as connection:
            headers = {"Authorization": f"Bearer {self._tokens[person]}"}
            connection.request(method, f"/v1/{operation}?{query}", None if method == "GET" else b"{}", headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def value(self, person: Person, operation: str, /, **facts: object) -> Any:
        status, body = self.ask(person, operation, **facts)
        assert status == 200, body
        return json.loads(body)

    def truth(self) -> dict[str, set[str]]:
        """The files that each person can open now."""
        return who_may_open(self.people, self.tree.words)

    def settle(self) -> None:
        """Wait until everything is read, embedded, and known with the rights that it has."""
        self.library.wait(timeout=600)
        truth = self.truth()
        wait_until(lambda: all(self.known(person) == truth[person.name] for person in self.people))

    def known(self, person: Person) -> set[str]:
        """The files on disk that the library has for a person."""
        with self.library.for_person(person).queries.access.catalogue() as catalogue:
            rows = catalogue.database.execute("SELECT path FROM files WHERE inode >= 0").fetchall()
        return {os.fsdecode(row[0]) for row in rows}


@pytest.fixture(scope="module")
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


@pytest.fixture(scope="module")
def team(engine: Running, request: pytest.FixtureRequest) -> Iterator[Team]:
    source = random.Random(1970)
    asked = shared_tree.people(source)
    with tempfile.TemporaryDirectory(prefix="shared-") as place, pytest.MonkeyPatch.context() as patch:
        by_name = {person.name: person for person in asked}
        patch.setattr(people, "person_named", by_name.__getitem__)  # as if the system's user database had them
        root = Path(place)
        root.chmod(0o755)
        tree = SharedTree(root / "files", source)
        tree.folder.mkdir()
        tree.fill(FILES_LONG if request.config.getoption("--long") else FILES)
        access = with_certificate(root)
        tokens = {person: add_token(root / "users", person.name) for person in asked}
        settings = replace(remote(engine), readers=2, read_archives=True, keep_rights=True)
        with Library.open(root / "library", settings, watch=True) as library:
            library.add_folder(tree.folder)
            with closing(RemoteServer(access, dict, lambda name: operations_for(library, name))) as server:
                made = Team(tree, library, tokens)
                made.thorough = request.config.getoption("--long")
                made.port, made.context = server.port, ssl.create_default_context(cafile=access.certificate)
                library.wait(timeout=600)
                tree.move(FILES // 20)
                made.settle()
                yield made


def with_certificate(root: Path) -> RemoteAccess:
    certificate, key = root / "certificate.pem", root / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, *names, "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return RemoteAccess("127.0.0.1", 0, certificate, key, users_file=root / "users")


def said(body: bytes, asked: str = "") -> set[str]:
    """The words by which an answer tells whose files it speaks of, without those of the question that it repeats."""
    return {word.decode() for word in WORD.findall(body)} - {word.decode() for word in WORD.findall(asked.encode())}


def questions(tree: SharedTree) -> list[str]:
    """Queries of all kinds."""
    folder, path = tree.folders[3], sorted(tree.words)[7]
    return [
        "lease", "a report about the harbour and bread", '"report. It is about"', "lease -river", "zq*", "nm1*",
        "type:document", "ext:md sort:name", "sort:date", "river sort:date", "garden OR invoice", "~winter", "=engine",
        f'in:"{folder}"', f'like:"{path}"', f'lease like:"{path}"', f"in:{folder.name} report", "path:folder",
        "name:nm", "modified:today", "size:<1kb", "lang:en", "tar -report", "type:archive", "type:mail report",
    ]  # fmt: skip


def test_no_answer_tells_of_what_somebody_may_not_read(team: Team) -> None:
    tree, truth = team.tree, team.truth()
    for person in team.people:
        allowed = tree.allowed_words(truth[person.name])
        assert allowed
        for number, query in enumerate(questions(tree)):
            asked = [("search", {"limit": 200}), ("search", {"quick": "true"}), ("search/steps", {})]
            counted = [("facets", {"field": field}) for field in FACET_FIELDS]
            if not team.thorough:
                asked, counted = [asked[(number + person.uid) % 3]], [counted[number % len(counted)]]
            for path, facts in (*asked, *counted):
                status, body = team.ask(person, path, q=query, **facts)
                assert status == 200, body
                assert said(body, query) <= allowed, (person.name, path, facts, query)
        for path in ("status", "problems", "folders"):
            assert said(team.ask(person, path)[1]) <= allowed, (person.name, path)


def test_a_document_of_others_is_answered_as_one_that_is_not_there(team: Team) -> None:
    tree, truth = team.tree, team.truth()
    members = {path: os.path.dirname(path) for path in _members(team)}
    for person in team.people:
        readable = truth[person.name] | {path for path, file in members.items() if file in truth[person.name]}
        hidden = sorted((tree.words.keys() | members.keys()) - readable)
        for path in tree.source.sample(hidden, min(20, len(hidden))):
            for operation, facts in (("document", {}), ("why", {"q": "report"}), ("page", {})):
                missing = f"{path}.missing"
                answer = team.ask(person, operation, path=path, **facts)
                other = team.ask(person, operation, path=missing, **facts)
                assert (answer[0], answer[1].replace(path.encode(), b"")) == (
                    other[0],
                    other[1].replace(missing.encode(), b""),
                ), (person.name, operation, path)
            assert team.value(person, "search", q=f'like:"{path}"')["hits"] == []
        for path in tree.source.sample(sorted(readable), 15):
            explained = team.value(person, "why", path=path)
            assert explained["code"] not in {"missing", "unseen", "outside", "gone"}, path
            if path.endswith((".md", ".txt")):
                assert "report" in team.value(person, "document", path=path)["text"]
        for path in [path for path in readable if path.endswith(".pdf")][:3]:
            assert team.ask(person, "page", path=path)[1].startswith(b"\x89PNG")
    team.library.pages.release()


def test_counts_are_those_of_what_one_may_read(team: Team) -> None:
    truth, members = team.truth(), _members(team)
    for person in team.people:
        mine = truth[person.name]
        files = len(mine) + sum(os.path.dirname(path) in mine for path in members)
        with team.library.for_person(person).queries.access.catalogue() as catalogue:
            rows = catalogue.database.execute("SELECT coalesce(content_id, -id) FROM main.files").fetchall()
            documents = catalogue.database.scalar("SELECT count(DISTINCT coalesce(content_id, -id)) FROM files")
        assert len(rows) > files
        facets = team.value(person, "facets", q="", field="type")["values"]
        assert sum(value["count"] for value in facets) == documents
        assert team.value(person, "status")["lanes"]["names"]["done"] == files
        assert team.value(person, "search", q="lease type:document")["read"]["narrowing"]["files"] == files
        assert team.value(person, "search", q="zq1*")["read"]["broad_wildcards"] == []
        assert sum(folder["files"] for folder in team.value(person, "folders")["folders"]) == files


def test_what_one_may_read_is_found(team: Team) -> None:
    tree, truth = team.tree, team.truth()
    for person in team.people:
        texts = [path for path in sorted(truth[person.name]) if path.endswith((".md", ".txt"))]
        asked = tree.source.sample(texts, min(20, len(texts)))
        found = 0
        for path in asked:
            word = next(word for word in tree.words[path] if word.startswith("zq"))
            hits = team.value(person, "search", q=word, limit=50, quick="true")["hits"]
            found += any(path in (hit["path"], *hit["also_at"]) for hit in hits)
        assert found / len(asked) >= 0.98
        assert nearest_recall(team, person) >= 0.98


def nearest_recall(team: Team, person: Person) -> float:
    """The share of the nearest passages that the filtered search finds, among those of all that the person may read."""
    executor = team.library._sessions.current.executor(person)
    scope = executor.searcher._filters.compile(parse(""))
    assert scope is not None
    with team.library.for_person(person).queries.access.catalogue() as catalogue:
        sql = "SELECT id FROM passages WHERE content_id IN (SELECT content_id FROM files)"
        ids = np.array([row[0] for row in catalogue.database.execute(sql)], np.int64)
        blocks = list(catalogue.vectors.read(executor.indexes.model_id, ids))
    numbers = np.concatenate([numbers for numbers, _ in blocks])
    vectors = np.concatenate([vectors for _, vectors in blocks])
    shares, source = [], np.random.default_rng(7)
    for _ in range(20):
        asked = source.standard_normal(vectors.shape[1]).astype(np.float32)
        asked /= np.linalg.norm(asked)
        nearest = np.sort(vectors @ asked)[::-1][:NEAREST]
        found = dict(executor.indexes.vectors.search(asked, NEAREST, scope))
        assert found.keys() <= set(numbers.tolist())
        shares.append(sum(score >= nearest[-1] - 1e-3 for score in found.values()) / len(nearest))
    return float(np.mean(shares))


def test_nothing_but_reading_is_answered(team: Team) -> None:
    for operation in ("folders/add", "folders/remove", "settings/change", "exclusions/change", "pause", "quit"):
        assert team.ask(team.people[0], operation, method="POST")[0] in {404, 405}
    for operation in ("settings", "exclusions", "progress"):
        assert team.ask(team.people[0], operation)[0] == 404
    description = json.loads(team.ask(team.people[0], "openapi.json")[1])
    assert {method for path in description["paths"].values() for method in path} == {"get"}


def test_rights_may_change_while_somebody_asks(team: Team) -> None:
    """Files and a folder are closed and opened again and again; none is shown that was closed all the time."""
    tree, person = team.tree, team.people[0]
    closed_at: dict[str, tuple[bool, float]] = {}
    lock, ended = threading.Lock(), threading.Event()
    mine = sorted(team.truth()[person.name])
    changing = [path for path in mine if path.endswith(".md") and Path(path).parent != tree.folder][:60]
    before = {path: Path(path).stat().st_mode & 0o777 for path in changing}

    def change() -> None:
        source = random.Random(5)
        while not ended.is_set():
            path = source.choice(changing)
            with lock:
                is_closed = closed_at.get(path, (False, 0.0))[0]
                if is_closed:
                    closed_at[path] = (False, time.monotonic())
                    os.chmod(path, before[path])
                else:
                    os.chmod(path, 0)
                    closed_at[path] = (True, time.monotonic())
            time.sleep(0.002)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        shown = 0
        for number in range(40):
            with lock:
                started = dict(closed_at)
            _, body = team.ask(person, "search", q=TOPICS[number % len(TOPICS)], limit=300, quick="true")
            with lock:
                now = dict(closed_at)
            paths = {
                path
                for hit in json.loads(body)["hits"]
                for one in (hit, *hit["versions"])
                for path in (one["path"], *one["also_at"])
            }
            shown += len(paths)
            kept_closed = {path for path, state in now.items() if state[0] and started.get(path) == state}
            assert not paths & kept_closed
        assert shown
    finally:
        ended.set()
        thread.join()
        for path, mode in before.items():
            os.chmod(path, mode)
    folder = next(one for one in tree.folders[1:] if any(path.startswith(f"{one}/") for path in mine))
    mode = folder.stat().st_mode & 0o7777
    folder.chmod(0)
    for path in [path for path in mine if path.startswith(f"{folder}/")][:5]:
        assert team.ask(person, "document", path=path)[0] == 400
    team.settle()
    folder.chmod(mode)
    team.settle()
    tree.folder.parent.chmod(0o700)  # above the folder of the library: at once
    assert team.value(person, "status")["lanes"]["names"]["done"] == 0
    assert team.value(person, "facets", q="", field="type")["values"] == []
    tree.folder.parent.chmod(0o755)
    assert team.value(person, "status")["lanes"]["names"]["done"] > 0


def _members(team: Team) -> list[str]:
    """The documents inside files."""
    with team.library._sessions.catalogue() as catalogue:
        rows = catalogue.database.execute("SELECT path FROM files WHERE inode < 0").fetchall()
    return [os.fsdecode(row[0]) for row in rows]
