"""Tests of the real SGLang: collected only with --sglang, which names the interpreter of its environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.sglang.real import Real

LONGEST = 900.0  # seconds: only how long a broken test hangs; a start takes a minute where others work too


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return None if config.getoption("--sglang") else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(2 * LONGEST))


@pytest.fixture(scope="session")
def real(request: pytest.FixtureRequest) -> Real:
    return Real(Path(request.config.getoption("--sglang")))


@pytest.fixture(scope="session", autouse=True)
def _patience() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.core.engine.supervised_engine.LONG", LONGEST)
        yield
