"""A library that is open in this process and answers on its socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.api import registered
from core.cli.main import main
from core.control_socket import ControlSocket
from core.library import Library
from tests.core.cli.conftest import library_with_settings, write_documents
from tests.core.engine.conftest import Running, fake


@pytest.fixture(scope="package")
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


@pytest.fixture(scope="package")
def root(engine: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an indexed library; its documents are in `docs` beside it."""
    folder = tmp_path_factory.mktemp("indexed")
    library = library_with_settings(folder / "library", engine)
    assert main(["index", str(write_documents(folder / "docs")), "--library", str(library)]) == 0
    return library


@contextmanager
def answering(root: Path) -> Iterator[Library]:
    """A library that is open, answers on its socket, and has indexed everything."""
    control = ControlSocket(root)
    try:
        with Library.open(root, control=control) as library, registered(control, library):
            library.wait(timeout=60)
            yield library
    finally:
        control.close()


@pytest.fixture
def resident(root: Path) -> Iterator[Library]:
    with answering(root) as library:
        yield library
