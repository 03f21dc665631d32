"""Engines of a library that is not opened and may not exist, for commands that inspect, download or check."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from core import paths
from core.chunk import chunking_config
from core.engine.reranker import reranker_of
from core.engine.server import EngineServer
from core.events import ignore
from core.library.engines.manager import EngineManager
from core.private_files import private_folder
from core.settings import SETTINGS_NAME, Settings, load
from core.store.catalogue.catalogue import CATALOGUE_NAME as CATALOGUE
from core.store.catalogue.catalogue import Catalogue


class StandaloneHost:
    """An `EngineHost` with the settings of a library but no open library; starts a server only on request."""

    def __init__(self, root: Path) -> None:
        self.root = self.resolve_root(root)
        self.settings: Settings = load(root / SETTINGS_NAME)
        logs = root / "logs" if root.is_dir() else paths.cache_dir() / "logs"
        with suppress(OSError):  # then nothing is logged
            private_folder(logs)
        self.engine = EngineServer(self.settings, logs)
        self.reranker = reranker_of(self.settings, logs)
        self.engines = EngineManager(self, ignore)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.engines.close()
        if self.reranker is not None:
            self.reranker.close()
        self.engine.close()

    @staticmethod
    def resolve_root(root: Path) -> Path:
        """The real path of a library's folder, by which the process that has it open is found."""
        return Path(os.path.realpath(root))

    @property
    def current(self) -> StandaloneHost:
        """This object, which also is its own `ServerPair`."""
        return self

    def token_count(self) -> int:
        """The number of tokens in the library, 0 if it does not exist."""
        if not (self.root / CATALOGUE).is_file():
            return 0
        catalogue = Catalogue(self.root, writable=False)
        try:
            return catalogue.token_count(catalogue.passages.chunking_id(chunking_config(self.settings).fingerprint))
        finally:
            catalogue.close()

    def change_settings(self, settings: Settings) -> None:
        """Replace the settings, without saving them."""
        self.settings = settings

    def start_engine(self) -> None:
        self.engine.start()

    def wait_engine(self, timeout: float | None = None) -> None:
        self.engine.start()
        self.engine.wait_ready(timeout)
