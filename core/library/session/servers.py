"""The servers of a session: the embedding server and the reranker, which outlive it when its settings change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.engine.reranker import RerankServer, reranker_of
from core.engine.server import EngineServer
from core.events import Event, Report, ignore
from core.settings import Settings

DEFAULTS = Settings()
OFF = frozenset({"stopped", "stopping", "released"})


def server_settings(settings: Settings) -> Settings:
    """The settings without those that no server depends on: how documents are read, chunked and sent to them."""
    return replace(
        settings,
        passage_tokens=DEFAULTS.passage_tokens,
        overlap_tokens=DEFAULTS.overlap_tokens,
        readers=DEFAULTS.readers,
        batch_tokens=DEFAULTS.batch_tokens,
        requests_in_flight=DEFAULTS.requests_in_flight,
        max_file_mb=DEFAULTS.max_file_mb,
        max_kind_mb=DEFAULTS.max_kind_mb,
        poll_minutes=DEFAULTS.poll_minutes,
        hidden_files=DEFAULTS.hidden_files,
        watch=DEFAULTS.watch,
        exclude=DEFAULTS.exclude,
        wait_on_battery=DEFAULTS.wait_on_battery,
        wait_on_load=DEFAULTS.wait_on_load,
        ask_before_embedding=DEFAULTS.ask_before_embedding,
        keep_history=DEFAULTS.keep_history,
        keep_judgements=DEFAULTS.keep_judgements,
        keep_rights=DEFAULTS.keep_rights,
        hub=DEFAULTS.hub,
        hub_mirror=DEFAULTS.hub_mirror,
        proxy=DEFAULTS.proxy,
        language=DEFAULTS.language,
    )


class SessionServers:
    """The servers of these settings, not started; their logs are in `logs`.

    Their events go to whoever listened last.
    """

    def __init__(self, settings: Settings, logs: Path) -> None:
        self._settings = settings
        self._listener: Report = ignore
        self.engine = EngineServer(settings, logs, self._report)
        self.reranker: RerankServer | None = reranker_of(settings, logs, self._report)

    def listen(self, listener: Report) -> None:
        """Send the servers' events to `listener` from now on."""
        self._listener = listener

    def fit(self, settings: Settings) -> bool:
        """Whether other settings need the same servers."""
        return server_settings(self._settings) == server_settings(settings)

    @property
    def is_on(self) -> bool:
        """Whether the embedding server was started and neither stopped nor released since."""
        return self.engine.status().state not in OFF

    def close(self) -> None:
        """Stop both for good."""
        if self.reranker is not None:
            self.reranker.close()
        self.engine.close()

    def _report(self, event: Event) -> None:
        self._listener(event)
