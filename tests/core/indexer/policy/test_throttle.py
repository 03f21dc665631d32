"""When indexing waits, and how it is resumed."""

from __future__ import annotations

import pytest

from core.events import PauseReason, PauseState
from core.indexer.policy import throttle
from core.indexer.policy.pause import StoredPause
from core.indexer.policy.throttle import OtherLoad, Throttle
from core.settings import Settings


class Machine:
    """A machine whose battery and load the test sets."""

    def __init__(self) -> None:
        self.battery = False
        self.other_load = 0.0
        self.battery_checks = 0

    def throttle(self, *, background: bool = True, **choices: object) -> Throttle:
        settings = Settings(**choices)  # type: ignore[arg-type]
        return Throttle(settings, background=background, battery=self._battery, other_load=lambda: self.other_load)

    def _battery(self) -> bool:
        self.battery_checks += 1
        return self.battery


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(throttle, "CHECK_INTERVAL", 0.0)
    return Machine()


def check(made: Throttle, *, embedding: bool = True, reading: bool = True) -> PauseReason | None:
    made.check(reading=reading, embedding=embedding)
    return made.pause_state.reason if made.pause_state is not None else None


def test_nothing_is_looked_at_while_nothing_waits(machine: Machine) -> None:
    made = machine.throttle()
    machine.battery = True
    assert check(made, embedding=False, reading=False) is None
    assert machine.battery_checks == 0
    assert made.next_wakeup() is None


def test_on_battery_it_waits_until_the_plug_is_in(machine: Machine) -> None:
    made = machine.throttle()
    assert check(made) is None
    machine.battery = True
    assert check(made) == "battery"
    assert made.next_wakeup() is not None
    machine.battery = False
    assert check(made) is None


def test_the_word_to_go_on_holds_until_the_reason_is_over(machine: Machine) -> None:
    made = machine.throttle()
    machine.battery = True
    check(made)
    made.resume()
    assert made.pause_state is None
    assert check(made) is None
    machine.battery = False
    check(made)
    machine.battery = True
    assert check(made) == "battery"


def test_other_programs_go_first_by_choice_and_not_for_a_moments_calm(machine: Machine) -> None:
    made = machine.throttle(wait_on_load=True)
    machine.other_load = 0.5
    assert check(made) is None
    machine.other_load = 0.7
    assert check(made) == "load"
    machine.other_load = 0.5
    assert check(made) == "load"
    machine.other_load = 0.3
    assert check(made) is None
    machine.other_load = 0.9
    assert check(machine.throttle()) is None


def test_an_engine_that_costs_money_waits_for_a_word_each_time(machine: Machine) -> None:
    made = machine.throttle(engine="remote", ask_before_embedding=True)
    assert check(made, embedding=False) is None
    assert check(made) == "metered"
    assert made.next_wakeup() is None
    made.resume()
    assert check(made) is None
    assert check(made, embedding=False, reading=False) is None
    assert check(made) == "metered"
    assert check(machine.throttle(ask_before_embedding=True)) is None


def test_who_does_not_stay_open_makes_no_way(machine: Machine) -> None:
    made = machine.throttle(background=False, wait_on_load=True, engine="remote", ask_before_embedding=True)
    machine.battery, machine.other_load = True, 1.0
    assert check(made) is None
    made.pause()
    assert check(made) == "paused"


def test_each_choice_can_be_left(machine: Machine) -> None:
    machine.battery = True
    assert check(machine.throttle(wait_on_battery=False)) is None


def test_a_pause_ends_by_itself_or_by_a_word(machine: Machine) -> None:
    now = 1_700_000_000.0
    made = Throttle(Settings(), background=True, pause=StoredPause(clock=lambda: now))
    made.pause(3600)
    assert made.pause_state == PauseState("paused", now + 3600)
    assert made.next_wakeup() == 3600
    now += 3601
    assert made.pause_state is None
    made.pause()
    assert made.pause_state == PauseState("paused")
    assert made.next_wakeup() is None
    other = machine.throttle()
    other.copy_pause(made)
    assert check(other) == "paused"
    other.resume()
    assert check(other) is None


def test_the_share_of_other_programs_is_a_share() -> None:
    other_load = OtherLoad()
    assert 0.0 <= other_load() <= 1.0
