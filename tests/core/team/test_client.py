"""The client of a team library, asking a real `findling serve --listen`, and fakes that are slow or speak otherwise."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.connections import recorded
from core.errors import TeamLibraryError
from core.sign_in import Provider
from core.team import TeamClient, TeamLibrary, fingerprint_of
from tests.builders.ports import free_port
from tests.builders.team_server import OTHER, OWNER, PRIVATE, TeamServer, make_certificate, team_server
from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote
from tests.fakes.fake_team_server import FakeTeamServer, fake_team_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl for a certificate"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[TeamServer]:
    with fake() as engine, team_server(remote(engine)) as started:
        yield started


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[FakeTeamServer]:
    with fake_team_server(*make_certificate(tmp_path)) as started:
        yield started


def names(server: TeamServer, person: str, query: str) -> list[set[str]]:
    """The names of the files in each answer to a query."""
    steps = TeamClient(server.library(), server.tokens[person]).search_steps(query, 10)
    return [{hit.path.rpartition("/")[2] for hit in answer.hits} for answer in steps]


def code_of(library: TeamLibrary, token: str = "token", seconds: float = 30.0) -> str:
    """The error of a search."""
    with pytest.raises(TeamLibraryError) as raised:
        list(TeamClient(library, token, seconds).search_steps("harbour", 10))
    assert raised.value.sentence
    assert "Traceback" not in str(raised.value)
    return raised.value.message.code


def test_each_person_finds_what_they_may_read(server: TeamServer) -> None:
    *_, last = names(server, OWNER, "harbour council")
    assert {"minutes.txt", PRIVATE} <= last
    for found in names(server, OTHER, "harbour council"):
        assert "minutes.txt" in found
        assert PRIVATE not in found


def test_a_hit_has_its_snippet_with_marks_and_its_text_can_be_read(server: TeamServer) -> None:
    client = TeamClient(server.library(), server.tokens[OTHER])
    first = next(client.search_steps("quay", 10)).hits[0]
    assert [first.snippet[start:end] for start, end in first.marks] == ["quay"]
    text = TeamClient(server.library(), server.tokens[OTHER]).read(first.path, 4, 7)
    assert (text.document.text, text.start, text.total > 60) == ("harbour", 4, True)


def test_it_says_how_much_one_can_find(server: TeamServer) -> None:
    status = TeamClient(server.library(), server.tokens[OTHER]).status()
    assert (status.documents, status.folders) == (2, (str(server.folder),))


def test_an_error_of_the_server_is_told_in_its_words(server: TeamServer) -> None:
    with pytest.raises(TeamLibraryError, match=r"Harbour.*salaries\.txt") as raised:
        TeamClient(server.library(), server.tokens[OTHER]).read(str(server.folder / PRIVATE), 0, 10)
    assert raised.value.message.code == "team.refused"


def test_a_wrong_token_and_a_certificate_that_is_not_trusted(server: TeamServer) -> None:
    assert code_of(server.library(), "wrong") == "team.unauthorized"
    assert code_of(replace(server.library(), certificate="")) == "team.untrusted"
    assert code_of(replace(server.library(), certificate="/nowhere")) == "team.certificate_unreadable"
    assert code_of(replace(server.library(), address=server.address.replace("localhost", "127.0.0.2"))) in {
        "team.untrusted",
        "team.unreachable",
    }


def test_a_certificate_is_trusted_by_its_fingerprint(server: TeamServer) -> None:
    library = replace(server.library(), certificate="", fingerprint=fingerprint_of(server.library()))
    assert TeamClient(library, server.tokens[OTHER]).status().documents == 2
    other = library.fingerprint.replace(library.fingerprint[0], "0" if library.fingerprint[0] != "0" else "1")
    assert code_of(replace(library, fingerprint=other), server.tokens[OTHER]) == "team.changed"


def test_nobody_there(tmp_path: Path) -> None:
    certificate, _ = make_certificate(tmp_path)
    address = f"https://localhost:{free_port()}"
    assert code_of(TeamLibrary("Gone", address, str(certificate))) == "team.unreachable"
    with pytest.raises(TeamLibraryError, match="Gone"):
        fingerprint_of(TeamLibrary("Gone", address))


def test_where_to_sign_in(server: TeamServer, slow: FakeTeamServer) -> None:
    assert TeamClient(server.library(), "").provider() is None  # it hands out tokens
    slow.may_answer.set()
    slow.body = b'{"issuer": "https://provider.example", "client_id": "findling"}'
    assert TeamClient(slow.library(), "").provider() == Provider("https://provider.example", "findling")
    assert slow.tokens == [""]
    slow.body = b'{"issuer": "http://provider.example", "client_id": "findling"}'
    with pytest.raises(TeamLibraryError) as raised:
        TeamClient(slow.library(), "").provider()
    assert raised.value.message.code == "team.no_sign_in"


def test_another_version_and_another_program(slow: FakeTeamServer) -> None:
    slow.may_answer.set()
    slow.headers, slow.body = {"findling-version": "9.9"}, b'data: {"hits": 3}\n\n'
    assert code_of(slow.library()) == "team.other_version"
    slow.status = 404
    assert code_of(slow.library()) == "team.other_version"
    slow.headers, slow.body = {}, b"<html>"
    assert code_of(slow.library()) == "team.no_library"
    slow.status, slow.body = 302, b"<html>"
    slow.headers = {"Location": "https://elsewhere.example"}
    assert code_of(slow.library()) == "team.no_library"


def test_a_slow_server_ends_at_the_time_limit(slow: FakeTeamServer) -> None:
    assert code_of(slow.library(), seconds=0.5) == "team.slow"


def test_a_search_can_be_cancelled(slow: FakeTeamServer) -> None:
    client = TeamClient(slow.library(), "token", seconds=3600)
    ended = threading.Event()

    def search() -> None:
        with pytest.raises(TeamLibraryError):
            list(client.search_steps("harbour", 10))
        ended.set()

    thread = threading.Thread(target=search)
    thread.start()
    slow.arrived.acquire()
    client.cancel()
    thread.join()
    assert ended.is_set()


def test_another_computer_is_on_the_list_of_connections(outward_calls: list[str]) -> None:
    assert code_of(TeamLibrary("Far", "https://192.0.2.1:8443")) == "team.unreachable"
    outward_calls.clear()  # refused, as they should be in a test
    assert [(one.host, one.purpose, one.about) for one in recorded()] == [("192.0.2.1:8443", "team_library", "Far")]
