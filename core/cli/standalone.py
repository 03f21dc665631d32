"""The engines of a library that need not be open, nor be there: for commands that only look, fetch or check."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from core import paths
from core.chunk import chunking_config
from core.engine.reranker import reranker_of
from core.engine.server import EngineServer
from core.events import ignore
from core.library.engines.manager import EngineManager
from core.settings import SETTINGS_NAME, Settings, load
from core.store.catalogue.catalogue import CATALOGUE_NAME as CATALOGUE
from core.store.catalogue.catalogue import Catalogue


class StandaloneHost:
    """Settings and servers without a library around them; nothing is started that is not asked for."""

    def __init__(self, root: Path) -> None:
        self.root = self.place(root)
        self.settings: Settings = load(root / SETTINGS_NAME)
        logs = root / "logs" if root.is_dir() else paths.cache_dir() / "logs"
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
    def place(root: Path) -> Path:
        """The library's folder, as a library that is open knows it."""
        return Path(os.path.realpath(root))

    @property
    def current(self) -> StandaloneHost:
        """The servers that run are this object's own."""
        return self

    def token_count(self) -> int:
        """How much text the library holds, 0 if there is none yet."""
        if not (self.root / CATALOGUE).is_file():
            return 0
        catalogue = Catalogue(self.root, writable=False)
        try:
            return catalogue.token_count(catalogue.passages.chunking_id(chunking_config(self.settings).fingerprint))
        finally:
            catalogue.close()

    def change_settings(self, settings: Settings) -> None:
        """Use other settings for what is asked next."""
        self.settings = settings

    def start_engine(self) -> None:
        self.engine.start()

    def wait_engine(self, timeout: float | None = None) -> None:
        self.engine.start()
        self.engine.wait_ready(timeout)
