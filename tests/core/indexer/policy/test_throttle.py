"""When indexing makes way, and the word that lets it go on."""

from __future__ import annotations

import pytest

from core.events import PauseReason, PauseState
from core.indexer.policy import throttle
from core.indexer.policy.pause import StoredPause
from core.indexer.policy.throttle import OtherLoad, Throttle
from core.settings import Settings


class Machine:
    """A machine whose plug and whose other programs are ours to say."""

    def __init__(self) -> None:
        self.battery = False
        self.others = 0.0
        self.looks = 0

    def throttle(self, *, polite: bool = True, **choices: object) -> Throttle:
        settings = Settings(**choices)  # type: ignore[arg-type]
        return Throttle(settings, polite=polite, battery=self._battery, others=lambda: self.others)

    def _battery(self) -> bool:
        self.looks += 1
        return self.battery


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(throttle, "LOOK_EVERY", 0.0)
    return Machine()


def look(made: Throttle, *, embedding: bool = True, reading: bool = True) -> PauseReason | None:
    made.look(reading=reading, embedding=embedding)
    return made.pause_state.reason if made.pause_state is not None else None


def test_nothing_is_looked_at_while_nothing_waits(machine: Machine) -> None:
    made = machine.throttle()
    machine.battery = True
    assert look(made, embedding=False, reading=False) is None
    assert machine.looks == 0
    assert made.next_wakeup() is None


def test_on_battery_it_waits_until_the_plug_is_in(machine: Machine) -> None:
    made = machine.throttle()
    assert look(made) is None
    machine.battery = True
    assert look(made) == "battery"
    assert made.next_wakeup() is not None
    machine.battery = False
    assert look(made) is None


def test_the_word_to_go_on_holds_until_the_reason_is_over(machine: Machine) -> None:
    made = machine.throttle()
    machine.battery = True
    look(made)
    made.go_on()
    assert made.pause_state is None
    assert look(made) is None
    machine.battery = False
    look(made)
    machine.battery = True
    assert look(made) == "battery"


def test_other_programs_go_first_by_choice_and_not_for_a_moments_calm(machine: Machine) -> None:
    made = machine.throttle(wait_on_load=True)
    machine.others = 0.5
    assert look(made) is None
    machine.others = 0.7
    assert look(made) == "load"
    machine.others = 0.5
    assert look(made) == "load"
    machine.others = 0.3
    assert look(made) is None
    machine.others = 0.9
    assert look(machine.throttle()) is None


def test_an_engine_that_costs_money_waits_for_a_word_each_time(machine: Machine) -> None:
    made = machine.throttle(engine="remote", ask_before_embedding=True)
    assert look(made, embedding=False) is None
    assert look(made) == "metered"
    assert made.next_wakeup() is None
    made.go_on()
    assert look(made) is None
    assert look(made, embedding=False, reading=False) is None
    assert look(made) == "metered"
    assert look(machine.throttle(ask_before_embedding=True)) is None


def test_who_does_not_stay_open_makes_no_way(machine: Machine) -> None:
    made = machine.throttle(polite=False, wait_on_load=True, engine="remote", ask_before_embedding=True)
    machine.battery, machine.others = True, 1.0
    assert look(made) is None
    made.pause()
    assert look(made) == "paused"


def test_each_choice_can_be_left(machine: Machine) -> None:
    machine.battery = True
    assert look(machine.throttle(wait_on_battery=False)) is None


def test_a_pause_ends_by_itself_or_by_a_word(machine: Machine) -> None:
    now = 1_700_000_000.0
    made = Throttle(Settings(), polite=True, pause=StoredPause(clock=lambda: now))
    made.pause(3600)
    assert made.pause_state == PauseState("paused", now + 3600)
    assert made.next_wakeup() == 3600
    now += 3601
    assert made.pause_state is None
    made.pause()
    assert made.pause_state == PauseState("paused")
    assert made.next_wakeup() is None
    other = machine.throttle()
    other.take_over(made)
    assert look(other) == "paused"
    other.go_on()
    assert look(other) is None


def test_the_share_of_other_programs_is_a_share() -> None:
    others = OtherLoad()
    assert 0.0 <= others() <= 1.0
