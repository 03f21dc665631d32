"""Machines with cards that a fake driver tells of."""

from __future__ import annotations

from core.engine.hardware.machine import Machine, machine
from tests.fakes.fake_nvml import FakeCard, FakeNvml

RTX_4090 = FakeCard()
RTX_3060 = FakeCard("NVIDIA GeForce RTX 3060", 12 << 30, 11 << 30, (8, 6), 3584, 1777)


def with_cards(*cards: FakeCard, cuda: int = 13_000) -> Machine:
    return machine(FakeNvml(cards, cuda=cuda))
