"""Fine-tunes a model on pairs of a query and a passage, by sentence-transformers (extra `findling[finetune]`).

Each query is trained to be nearer to its passage than to those of the other queries of its batch
(MultipleNegativesRankingLoss; Henderson et al., 2017).
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ModelError

BATCH = 16  # pairs; the passages of the others are what a query is to stay away from
MAX_TOKENS = 512  # of a text while it is trained on
LEARNING_RATE = 2e-5
WARM_UP = 0.1  # of all steps, in which the learning rate rises


@dataclass(frozen=True, slots=True)
class Pair:
    """A query as it is embedded, and the text of the passage of what was opened that is nearest to it."""

    query: str
    passage: str


@dataclass(frozen=True, slots=True)
class Finetuned:
    """What was trained: the number of pairs, and the mean loss of the first and of the last epoch."""

    pairs: int
    first_loss: float
    last_loss: float


def train(
    model: Path,
    to: Path,
    pairs: Sequence[Pair],
    *,
    epochs: int,
    tell: Callable[[int, int], None],
    stop: threading.Event | None = None,
) -> Finetuned | None:
    """Train the model in a folder on pairs, and write the result into another folder; waits for minutes to hours.

    `tell` is called with how many steps of how many are done. None once `stop` is set: then nothing is written. Raises
    ModelError if sentence-transformers is missing or the folder has no model that it reads.
    """
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer import losses, modules
    except ImportError as error:
        raise ModelError("finetune.missing") from error
    try:
        if (model / "modules.json").exists():
            network = SentenceTransformer(str(model), local_files_only=True)
        else:  # the vector of a text is that of its last token, as the engine has it
            words = modules.Transformer(str(model), model_kwargs={"local_files_only": True})
            pooling = modules.Pooling(words.get_embedding_dimension(), "lasttoken")
            network = SentenceTransformer(modules=[words, pooling, modules.Normalize()])
    except (OSError, ValueError) as error:
        raise ModelError("model.unreadable", folder=model, reason=error) from error
    network.max_seq_length = min(MAX_TOKENS, network.max_seq_length or MAX_TOKENS)
    loss = losses.MultipleNegativesRankingLoss(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE)
    rng = random.Random(14)
    batches = [pairs[at : at + BATCH] for at in range(0, len(pairs), BATCH)]
    total = epochs * len(batches)
    rising = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / max(1, WARM_UP * total)))
    means: list[float] = []
    network.train()
    for epoch in range(epochs):
        shuffled = rng.sample(list(pairs), len(pairs))
        values = []
        for number in range(len(batches)):
            if stop is not None and stop.is_set():
                return None
            tell(epoch * len(batches) + number, total)
            values.append(_step(network, loss, optimizer, shuffled[number * BATCH : (number + 1) * BATCH]))
            rising.step()
        means.append(sum(values) / len(values))
    tell(total, total)
    network.eval()
    network.save(str(to))
    return Finetuned(len(pairs), means[0], means[-1])


def _step(network: Any, loss: Any, optimizer: Any, batch: Sequence[Pair]) -> float:
    texts = ([pair.query for pair in batch], [pair.passage for pair in batch])
    features = [
        {name: value.to(network.device) for name, value in network.preprocess(side).items() if hasattr(value, "to")}
        for side in texts
    ]
    optimizer.zero_grad()
    value = loss(features, None)
    value.backward()
    optimizer.step()
    return float(value.detach())
