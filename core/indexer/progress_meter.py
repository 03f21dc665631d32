"""Measures the progress of the pipeline's stages."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from core.engine.server import EngineServer
from core.events import Progress
from core.indexer.progress import Rate, TimeLeft
from core.indexer.stages.embed import EmbedStage
from core.indexer.stages.extract import ExtractStage
from core.indexer.stages.index import IndexStage
from core.indexer.stages.recognise import RecogniseStage
from core.indexer.stages.reconcile import ReconcileStage
from core.store.catalogue.catalogue import Catalogue, Counts


@dataclass(slots=True)
class ProgressMeter:
    """Measures on the indexer's thread; counts the catalogue only after a change, because counting is slow."""

    catalogue: Catalogue
    engine: EngineServer
    reconcile: ReconcileStage
    extract: ExtractStage
    embed: EmbedStage
    index: IndexStage
    recognise: RecogniseStage
    _counts: tuple[int, Counts, int] | None = None
    _rate: Rate = field(default_factory=Rate)
    _time_left: TimeLeft = field(default_factory=TimeLeft)

    def measure(self) -> Progress:
        """The progress now, without `trouble`."""
        counts, total = self._count()
        names, words, meaning = self.index.progress(counts, unchunked=self.extract.unchunked)
        waiting = self.embed.waiting
        rate = self._rate.update(self.embed.stored)
        return Progress(
            names=names,
            words=words,
            meaning=meaning,
            passages_done=max(0, total - waiting),
            passages_total=total,
            passages_embedded=self.catalogue.vectors.sent_count(),
            rate=rate,
            eta=self._time_left.update(waiting, rate),
            scanning=self.reconcile.scanning,
            current=os.fsdecode(self.extract.current),
            engine=self.engine.status(),
            ocr=self.recognise.progress(),
            vectors_pending=self.index.index_set.vectors.pending,
            handover=self.index.model_switch(counts, unchunked=self.extract.unchunked),
        )

    def _count(self) -> tuple[Counts, int]:
        """The files and the number of passages."""
        now = self.catalogue.change_count
        if self._counts is None or self._counts[0] != now:
            index_set = self.index.index_set
            passages = self.catalogue.passage_count(index_set.chunking_id)
            self._counts = now, self.catalogue.counts(index_set.model_id), passages
        return self._counts[1:]
