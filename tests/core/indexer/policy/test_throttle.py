"""The throttle: when indexing waits, and how it resumes."""

from __future__ import annotations

import pytest

from core.events import PauseReason, PauseState
from core.indexer.policy import throttle as throttle_module
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
    monkeypatch.setattr(throttle_module, "CHECK_INTERVAL", 0.0)
    return Machine()


def pause_reason(throttle: Throttle, *, embedding: bool = True, reading: bool = True) -> PauseReason | None:
    throttle.check(reading=reading, embedding=embedding)
    return throttle.pause_state.reason if throttle.pause_state is not None else None


def test_nothing_is_looked_at_while_nothing_waits(machine: Machine) -> None:
    throttle = machine.throttle()
    machine.battery = True
    assert pause_reason(throttle, embedding=False, reading=False) is None
    assert machine.battery_checks == 0
    assert throttle.next_wakeup() is None


def test_on_battery_it_waits_until_the_plug_is_in(machine: Machine) -> None:
    throttle = machine.throttle()
    assert pause_reason(throttle) is None
    machine.battery = True
    assert pause_reason(throttle) == "battery"
    assert throttle.next_wakeup() is not None
    machine.battery = False
    assert pause_reason(throttle) is None


def test_the_word_to_go_on_holds_until_the_reason_is_over(machine: Machine) -> None:
    throttle = machine.throttle()
    machine.battery = True
    pause_reason(throttle)
    throttle.resume()
    assert throttle.pause_state is None
    assert pause_reason(throttle) is None
    machine.battery = False
    pause_reason(throttle)
    machine.battery = True
    assert pause_reason(throttle) == "battery"


def test_other_programs_go_first_by_choice_and_not_for_a_moments_calm(machine: Machine) -> None:
    throttle = machine.throttle(wait_on_load=True)
    machine.other_load = 0.5
    assert pause_reason(throttle) is None
    machine.other_load = 0.7
    assert pause_reason(throttle) == "load"
    machine.other_load = 0.5
    assert pause_reason(throttle) == "load"
    machine.other_load = 0.3
    assert pause_reason(throttle) is None
    machine.other_load = 0.9
    assert pause_reason(machine.throttle()) is None


def test_an_engine_that_costs_money_waits_for_a_word_each_time(machine: Machine) -> None:
    throttle = machine.throttle(engine="remote", ask_before_embedding=True)
    assert pause_reason(throttle, embedding=False) is None
    assert pause_reason(throttle) == "metered"
    assert throttle.next_wakeup() is None
    throttle.resume()
    assert pause_reason(throttle) is None
    assert pause_reason(throttle, embedding=False, reading=False) is None
    assert pause_reason(throttle) == "metered"
    assert pause_reason(machine.throttle(ask_before_embedding=True)) is None


def test_who_does_not_stay_open_makes_no_way(machine: Machine) -> None:
    throttle = machine.throttle(background=False, wait_on_load=True, engine="remote", ask_before_embedding=True)
    machine.battery, machine.other_load = True, 1.0
    assert pause_reason(throttle) is None
    throttle.pause()
    assert pause_reason(throttle) == "paused"


def test_each_choice_can_be_left(machine: Machine) -> None:
    machine.battery = True
    assert pause_reason(machine.throttle(wait_on_battery=False)) is None


def test_a_pause_ends_by_itself_or_by_a_word(machine: Machine) -> None:
    now = 1_700_000_000.0
    throttle = Throttle(Settings(), background=True, pause=StoredPause(clock=lambda: now))
    throttle.pause(3600)
    assert throttle.pause_state == PauseState("paused", now + 3600)
    assert throttle.next_wakeup() == 3600
    now += 3601
    assert throttle.pause_state is None
    throttle.pause()
    assert throttle.pause_state == PauseState("paused")
    assert throttle.next_wakeup() is None
    other = machine.throttle()
    other.copy_pause(throttle)
    assert pause_reason(other) == "paused"
    other.resume()
    assert pause_reason(other) is None


def test_the_share_of_other_programs_is_a_share() -> None:
    other_load = OtherLoad()
    assert 0.0 <= other_load() <= 1.0


def test_where_no_battery_can_be_looked_for_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psutil._pslinux.POWER_SUPPLY_PATH", "/nothing/power_supply")
    assert not throttle_module.on_battery()
