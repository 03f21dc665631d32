"""The options of `findling index` that choose where vectors are kept."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.errors import BadInputError
from core.messages import tr
from core.settings import SETTINGS_NAME, VECTOR_STORES, Settings, load
from core.store.vector_servers.choice import with_store


def add_store_options(command: argparse.ArgumentParser) -> None:
    """Add --store, --store-url and --store-key-file."""
    command.add_argument(
        "--store",
        choices=VECTOR_STORES,
        help=tr("keep the vectors in the library (faiss) or on a server, which gets no text; embeds nothing again"),
    )
    command.add_argument("--store-url", metavar=tr("ADDRESS"), default="", help=tr("the address of that server"))
    command.add_argument("--store-key-file", metavar=tr("FILE"), help=tr("a file with that server's access key"))


def settings_with_store(settings: Settings | None, arguments: argparse.Namespace) -> Settings | None:
    """The settings (None: the library's own) with the store that was asked for; unchanged without a choice.

    Raises BadInputError, and VectorStoreError if the store does not answer.
    """
    if not (arguments.store or arguments.store_url or arguments.store_key_file):
        return settings
    known = settings or load(Path(arguments.library) / SETTINGS_NAME)
    return with_store(known, arguments.store or known.vector_store, arguments.store_url, _key(arguments.store_key_file))


def _key(path: str | None) -> str:
    """The first line of a file. Raises BadInputError."""
    if path is None:
        return ""
    try:
        with open(path, encoding="utf-8") as file:
            return file.readline().strip()
    except (OSError, UnicodeError) as error:
        raise BadInputError("vector_store.key_unreadable", path=path) from error
