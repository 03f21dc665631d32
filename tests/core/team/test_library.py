"""A team library's address, its folders on this computer, and where it is kept."""

from __future__ import annotations

import time

import pytest

from core import paths
from core.errors import BadInputError, TeamLibraryError
from core.sign_in import Provider, Tokens
from core.team import (
    TeamLibrary,
    address_of,
    bearer,
    forget,
    keep_sign_in,
    load,
    person,
    save,
    save_token,
    token,
)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("files.example.org", "https://files.example.org"),
        (" files.example.org:8443/ ", "https://files.example.org:8443"),
        ("https://Files.example.org/findling/", "https://files.example.org/findling"),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_address_is_completed(typed: str, address: str) -> None:
    assert address_of(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "http://files.example.org",
        "https://me:secret@files.example.org",
        "a b",
        "https://x:99999",
        "a\nb",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadInputError):
        address_of(typed)


def test_the_port_and_what_stands_before_the_path() -> None:
    library = TeamLibrary("Team", "https://[2001:db8::1]:8443/findling")
    assert (library.host, library.port, library.prefix) == ("2001:db8::1", 8443, "/findling")
    assert TeamLibrary("Team", "https://files.example.org").port == 443


def test_a_file_of_the_server_is_where_the_longest_folder_says() -> None:
    library = TeamLibrary("Team", "https://a", folders=(("/srv", "/mnt/all"), ("/srv/docs/", "/mnt/docs")))
    assert library.local_path("/srv/docs/a/b.txt") == "/mnt/docs/a/b.txt"
    assert library.local_path("/srv/c.txt") == "/mnt/all/c.txt"
    assert library.local_path("/home/c.txt") is None
    assert library.local_path("/srv-other/c.txt") is None


def test_no_path_leads_out_of_the_folder() -> None:
    library = TeamLibrary("Team", "https://a", folders=(("/srv/docs", "/mnt/docs"),))
    assert library.local_path("/srv/docs/../../home/me/.ssh/id") is None
    assert library.local_path("/srv/docs/a/../b.txt") == "/mnt/docs/b.txt"


def test_it_is_kept_and_its_token_is_private() -> None:
    library = TeamLibrary("Team", "https://a:1", folders=(("/srv", "/mnt"),), fingerprint="ab", is_asked=False)
    save(library)
    save_token(" secret \n")
    assert (load(), token()) == (library, "secret")
    file = paths.config_dir() / "team-library.token"
    assert file.stat().st_mode & 0o777 == 0o600
    others = [each.read_text() for each in paths.config_dir().iterdir() if each != file]
    assert len(others) == 2
    assert not any("secret" in text for text in others)
    forget(library)
    assert (load(), token(), list(paths.config_dir().iterdir())) == (None, "", [])


def test_whoever_signed_in_is_known_until_another_token_is_entered() -> None:
    library, now = TeamLibrary("Team", "https://a"), time.time()
    save_token("entered")
    keep_sign_in(library, Provider("https://provider.example", "findling"), Tokens("signed", "", now + 3600, "Ann"))
    assert (token(), person(library), bearer(library)) == ("", "Ann", "signed")
    save_token("entered")
    assert (person(library), bearer(library)) == ("", "entered")
    forget(library)
    assert (person(library), bearer(library)) == ("", "")


@pytest.mark.parametrize("content", ["", "[]", '{"name": 1}', '{"name": "Team", "address": "file:///etc"}'])
def test_a_file_that_is_not_in_order_is_no_library(content: str) -> None:
    save(TeamLibrary("Team", "https://a"))
    forget(TeamLibrary("Team", "https://a"))
    (paths.config_dir() / "team-library.json").write_text(content)
    assert load() is None


@pytest.mark.parametrize("secret", ["", "two words", "line\nbreak", "umläut"])
def test_what_cannot_be_sent_is_no_token(secret: str) -> None:
    with pytest.raises(TeamLibraryError):
        save_token(secret)
    assert token() == ""
