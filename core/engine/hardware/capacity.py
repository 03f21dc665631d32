"""Which models fit on a graphics card, what they need, and how fast they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.engine.hardware.machine import OLDEST_CAPABILITY, Machine
from core.engine.hardware.nvml import Gpu
from core.messages import Message, tr
from core.models import downloadable, model_named

GIB = 1 << 30
HEADROOM = 1.1  # a desktop, a browser and a video use some of the card too
UTILISATION = 0.25  # the part of a card's speed that is reached with short texts


@dataclass(frozen=True, slots=True)
class Needs:
    """What a model needs, in bytes: of download, disk, and a card's memory (including batches)."""

    model: str
    download: int
    disk: int
    memory: int


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a model can be used here, in a sentence; if not, with a remedy."""

    ok: bool
    sentence: str
    remedy: str = ""


def needs(model: str) -> Needs:
    """What an embedding model or a reranker needs; zeros if Findling does not download it."""
    download = model_named(model).download
    if download is None:
        return Needs(model, 0, 0, 0)
    return Needs(model, download.size, download.size, int(download.memory_gib * GIB))


def check_fit(
    machine: Machine, model: str, budget: int = 0, *, gpus: Sequence[int] = (), held: int = 0, there: bool = False
) -> Fit:
    """Whether a model fits on one of the cards.

    `budget` is the most bytes of the card it may take (0: what it needs), `gpus` the cards to choose from (none: all),
    `held` what an engine of ours takes of the card already; `there`: the model need not be downloaded any more.
    """
    if machine.trouble:
        return Fit(ok=False, sentence=machine.trouble, remedy=machine.remedy)
    cards = _usable(machine, gpus)
    if not cards:
        return _misfit("fit.card_unusable")
    need, title = needs(model), _title(model)
    card = max(cards, key=lambda gpu: gpu.free)
    if 0 < budget < need.memory:
        return _misfit("fit.over_budget", model=title, need=need.memory, budget=budget)
    if max(gpu.total for gpu in cards) < need.memory * HEADROOM:
        return _misfit("fit.card_too_small", model=title, need=need.memory, card=card.name)
    if card.free + held < need.memory:
        return _misfit("fit.card_in_use", model=title, need=need.memory, free=card.free + held, card=card.name)
    if not there and machine.disk < need.disk * HEADROOM:
        return _misfit("fit.disk_full", model=title, need=need.disk, free=machine.disk)
    fits = Message("fit.fits", model=title, card=card.name, need=need.memory, total=card.total)
    return Fit(ok=True, sentence=fits.sentence)


def fit_together(machine: Machine, takes: Mapping[str, int], *, gpus: Sequence[int] = (), held: int = 0) -> Fit:
    """Whether an embedding model and a reranker fit on one card together.

    `takes` is the most bytes of the card for each of them (0: what it needs), `held` what ours take of it already.
    """
    if machine.trouble:
        return Fit(ok=False, sentence=machine.trouble, remedy=machine.remedy)
    cards = _usable(machine, gpus)
    if not cards:
        return _misfit("fit.card_unusable")
    card = max(cards, key=lambda gpu: gpu.free)
    memory = sum(budget or needs(model).memory for model, budget in takes.items())
    model, reranker = map(_title, takes)
    facts = {"model": model, "reranker": reranker, "need": memory, "card": card.name}
    if card.total < memory * HEADROOM:
        return _misfit("fit.both_too_large", **facts, total=card.total)
    if card.free + held < memory:
        return _misfit("fit.both_card_in_use", **facts, free=card.free + held)
    return Fit(ok=True, sentence=Message("fit.both_fit", **facts).sentence)


def best(machine: Machine) -> str:
    """The key of the largest embedding model that fits, "" if none does."""
    return next((model for model in reversed(downloadable()) if check_fit(machine, model).ok), "")


def seconds(model: str, tokens: int, machine: Machine, *, gpus: Sequence[int] = ()) -> float | None:
    """About how many seconds the fastest card takes to embed `tokens` tokens, within a factor of three.

    Two operations for each parameter and token, at a part of the card's peak speed; None if that is unknown.
    """
    speed = max((gpu.speed for gpu in _usable(machine, gpus)), default=0.0)
    download = model_named(model).download
    return 2 * download.parameters * tokens / (UTILISATION * speed) if speed and download else None


def _title(model: str) -> str:
    return tr(model_named(model).title)


def _usable(machine: Machine, chosen: Sequence[int]) -> list[Gpu]:
    new = [gpu for gpu in machine.gpus if gpu.capability >= OLDEST_CAPABILITY]
    return [gpu for gpu in new if not chosen or gpu.index in chosen]


def _misfit(code: str, **facts: Any) -> Fit:
    message = Message(code, **facts)
    return Fit(ok=False, sentence=message.sentence, remedy=message.remedy)
