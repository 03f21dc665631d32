"""The file of several people's tokens: private, with hashes only, and read anew when it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.control_socket.users import UserTokens, add_token
from core.errors import BadInputError


def test_whose_a_token_is(tmp_path: Path) -> None:
    file = tmp_path / "users"
    first, second, other = add_token(file, "ann"), add_token(file, "ann"), add_token(file, "bob")
    assert file.stat().st_mode & 0o777 == 0o600
    tokens = UserTokens(file)
    assert [tokens.name_of(token) for token in (first, second, other)] == ["ann", "ann", "bob"]
    assert [tokens.name_of(token) for token in ("", "ann", first[:-1], f"{first}x", "\udcff")] == [None] * 5
    later = add_token(file, "carla")
    assert tokens.name_of(later) == "carla"
    file.write_text("# nobody is left\n\n")
    assert tokens.name_of(first) is None


def test_a_file_that_is_not_in_order_lets_nobody_in(tmp_path: Path) -> None:
    file = tmp_path / "users"
    token = add_token(file, "ann")
    tokens = UserTokens(file)
    file.chmod(0o640)
    assert tokens.name_of(token) is None
    with pytest.raises(BadInputError, match="other users"):
        UserTokens(file)
    with pytest.raises(BadInputError, match="other users"):
        add_token(file, "bob")
    file.chmod(0o600)
    assert tokens.name_of(token) == "ann"
    for content in (b"ann", b"ann token", b"ann " + b"g" * 64, b"ann bob " + b"0" * 64, b"\xff"):
        file.write_bytes(content)
        assert tokens.name_of(token) is None
        with pytest.raises(BadInputError):
            UserTokens(file)
    file.unlink()
    assert tokens.name_of(token) is None
    with pytest.raises(BadInputError):
        UserTokens(file)
