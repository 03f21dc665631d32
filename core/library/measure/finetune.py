"""Fine-tunes a whole model on what was opened; the result is a model folder of its own, for an engine on a card."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from core.document import HitPassage
from core.embed import has_language
from core.embed.finetuning import Finetuned, Pair, train
from core.errors import BadInputError
from core.library.measure.estimates import Tell, tell_nobody
from core.library.measure.judgements import Judgements
from core.library.session.manager import SessionManager
from core.library.session.query_executor import QueryExecutor
from core.models.folder import spec_in
from core.search.query import parse

FEWEST_PAIRS = 100


class Finetuning:
    """Makes a model from one that is in a folder, and from the judgements of a library."""

    def __init__(self, sessions: SessionManager, judgements: Judgements) -> None:
        self._sessions = sessions
        self._judgements = judgements

    def pairs(self, prefix: str) -> list[Pair]:
        """The pairs to train on, without passages that have no language; `prefix` is put before each query."""
        return self._sessions.ask(lambda session: self._pairs(session.executor(), prefix))

    def _pairs(self, executor: QueryExecutor, prefix: str) -> list[Pair]:
        found: list[Pair] = []
        for text, paths in self._judgements.by_query().items():
            query = parse(text)
            for path in sorted(paths):
                passages = executor.passages_in_file(query, os.fsencode(path))
                best = max(passages, key=lambda passage: passage.score, default=None)
                passage = "" if best is None else self._text(os.fsencode(path), best)
                if query.meaning.strip() and has_language(passage):
                    found.append(Pair(prefix + query.meaning.strip(), passage))
        return found

    def _text(self, path: bytes, passage: HitPassage) -> str:
        with self._sessions.catalogue() as catalogue:
            content = catalogue.content_of(path)
            return "" if content is None else catalogue.contents.text(content, passage.start, passage.end)

    def run(
        self,
        model: Path,
        to: Path,
        *,
        epochs: int = 1,
        tell: Tell = tell_nobody,
        stop: threading.Event | None = None,
    ) -> Finetuned | None:
        """Train the model in a folder and write the result into another, which must be new or empty.

        Waits for minutes to hours. `tell` is called with how many steps are done. None once `stop` is set. Raises
        BadInputError or ModelError if there are too few pairs, no such model, or sentence-transformers is missing.
        """
        if to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise BadInputError("finetune.not_empty", path=to)
        pairs = self.pairs(spec_in(str(model)).query_prefix)
        if len(pairs) < FEWEST_PAIRS:
            raise BadInputError("finetune.too_few", count=len(pairs), needed=FEWEST_PAIRS)
        return train(model, to, pairs, epochs=epochs, tell=tell, stop=stop)
