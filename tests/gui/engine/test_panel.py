"""The engine panel alone: what each state shows, what each choice costs, what is saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from core.library.engines.jobs import EngineJob
from core.settings import Settings
from gui.engine import engine_text
from gui.engine.panel import EnginePanel
from gui.widgets.memory_bar import Memory, MemoryBar
from tests.builders.engine_states import CPU, ELSEWHERE, GIB, GPU, LOG, State, capabilities, states

BUTTONS = {
    "no-card": "Stop", "card-fits": "Stop", "missing": "Install…", "installing": "Cancel", "downloading": "Cancel",
    "starting": "Stop", "ready": "Release graphics card", "busy": "Release graphics card",
    "released": "Wake up", "failed": "Try again", "stopping": "", "remote": "Test connection",
}  # fmt: skip


PANELS: list[EnginePanel] = []  # keeps them alive; a card has no reference to its panel


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)
    PANELS.clear()


def show_panel(qtbot: QtBot, state: State) -> EnginePanel:
    """A panel that shows a state."""
    panel = EnginePanel()
    PANELS.append(panel)
    qtbot.addWidget(panel)
    panel.show_settings(state.settings)
    panel.show_capabilities(state.capabilities)
    panel.show_servers(state.servers(), state.job, state.rate)
    panel.show()
    return panel


@pytest.mark.parametrize("name", states())
def test_one_button_that_makes_sense_now(qtbot: QtBot, name: str) -> None:
    card = show_panel(qtbot, states()[name]).cards["embedding"]
    assert (card.button.text() if card.button.isVisible() else "") == BUTTONS[name]
    assert card.state.text()
    assert card.accessibleName() == f"Semantic search: {card.state.text()}"


@pytest.mark.parametrize("name", states())
def test_the_button_asks_for_that_step(qtbot: QtBot, name: str) -> None:
    card = show_panel(qtbot, states()[name]).cards["embedding"]
    if BUTTONS[name]:
        step = states()[name].servers()[0].step
        with qtbot.waitSignal(card.action_requested, check_params_cb=lambda *args: args == ("embedding", step)):
            card.button.click()


def test_a_failure_is_shown_with_its_remedy(qtbot: QtBot) -> None:
    card = show_panel(qtbot, states()["failed"]).cards["embedding"]
    assert card.detail.text().startswith("The card has too little free memory")
    assert "choose a smaller model" in card.detail.text()


def test_a_download_is_shown_with_the_time_left(qtbot: QtBot) -> None:
    card = show_panel(qtbot, states()["installing"]).cards["embedding"]
    assert (
        card.job.text() == "Downloading torch (96 of 148 packages are here). · 1.3 GB of 4.6 GB · 11 MB/s · 5 min left"
    )
    assert card.meter.isVisible()
    cancelling = replace(states()["installing"], job=EngineJob("install", state="cancelling"))
    assert "are kept" in show_panel(qtbot, cancelling).cards["embedding"].job.text()


def test_the_result_of_a_job_is_shown(qtbot: QtBot) -> None:
    failed = EngineJob("install", state="failed", sentence="The disk is full.", remedy="Free 3 GB.")
    card = show_panel(qtbot, replace(states()["missing"], job=failed)).cards["embedding"]
    assert card.detail.text() == "The disk is full. Free 3 GB."
    assert card.button.text() == "Install…"
    cancelled = EngineJob("download", "qwen3-0.6b", state="cancelled")
    card = show_panel(qtbot, replace(states()["missing"], job=cancelled)).cards["embedding"]
    assert "continue later" in card.detail.text()


def test_memory_is_shown_against_the_budget_and_the_card(qtbot: QtBot) -> None:
    panel = show_panel(qtbot, states()["busy"])
    card = panel.cards["embedding"]
    assert card.memory.text() == "3.1 GiB of 3.5 GiB in use · graphics card: 12.0 GiB, 7.7 GiB free"
    used, budget, others = card.bar.parts()
    assert (round(used * 12, 1), round(budget * 12, 1), round(others * 12, 1)) == (3.1, 3.5, 1.2)
    assert card.bar.accessibleName() == card.memory.text()
    assert card.rate.text() == "412 passages/s"
    assert panel.cards["reranker"].isVisible()


@pytest.mark.parametrize(
    ("memory", "parts"),
    [
        (Memory(), (0.0, 0.0, 0.0)),
        (Memory(used=20 * GIB, budget=30 * GIB, total=10 * GIB, free=0), (1.0, 1.0, 0.0)),
        (Memory(used=0, budget=5 * GIB, total=10 * GIB, free=10 * GIB), (0.0, 0.5, 0.0)),
    ],
)
def test_the_bar_never_overflows(qtbot: QtBot, memory: Memory, parts: tuple[float, float, float]) -> None:
    bar = MemoryBar()
    qtbot.addWidget(bar)
    bar.show_memory(memory)
    assert bar.parts() == parts


def test_the_log_is_hidden_and_requested_when_it_is_opened(qtbot: QtBot) -> None:
    card = show_panel(qtbot, states()["failed"]).cards["embedding"]
    assert not card.log.isVisible()
    with qtbot.waitSignal(card.log_requested):
        card.fold.click()
    card.show_log(LOG)
    assert card.log.isVisible()
    assert card.log.toPlainText().splitlines() == LOG
    assert card.log.layoutDirection() == Qt.LayoutDirection.LeftToRight
    assert not show_panel(qtbot, states()["remote"]).cards["embedding"].fold.isVisible()


# Choices


def test_without_a_card_the_panel_is_simple(qtbot: QtBot) -> None:
    panel = show_panel(qtbot, states()["no-card"])
    choices = panel.choices
    assert [name for name, option in choices.models.items() if option.isVisible()] == ["multilingual", "english"]
    assert not choices.engines["sglang"].radio.isEnabled()
    assert "No NVIDIA card" in choices.engines["sglang"].description.text()
    assert not choices.engines["sglang"].warning.isVisible()
    for hidden in (panel.fold, panel.advanced, choices.reranking, panel.use, panel.cards["reranker"]):
        assert not hidden.isVisible()


def test_choosing_the_card_chooses_what_fits_and_says_what_it_costs(qtbot: QtBot) -> None:
    panel = show_panel(qtbot, states()["card-fits"])
    assert not panel.use.isVisible()
    panel.choices.engines["sglang"].radio.click()
    assert (panel.settings().engine, panel.settings().model) == ("sglang", "qwen3-4b")
    option = panel.choices.models["qwen3-4b"]
    assert option.radio.text() == "Qwen3 4B (recommended)"
    assert option.cost.text() == "11.0 GiB of graphics memory · 8.1 GB download · about 25 min to index your documents"
    too_large = panel.choices.models["qwen3-8b"]
    assert "too much for the NVIDIA GeForce RTX 4070" in too_large.warning.text()
    assert too_large.warning.isVisible()
    assert panel.use.text() == "Set up…"
    assert panel.cost.text() == "Re-indexing your documents takes about 25 min."
    assert panel.fold.isVisible()


def test_going_back_to_what_is_used_asks_for_nothing(qtbot: QtBot) -> None:
    panel = show_panel(qtbot, states()["card-fits"])
    panel.choices.engines["sglang"].radio.click()
    panel.choices.engines["builtin"].radio.click()
    assert panel.settings() == CPU
    assert not panel.use.isVisible()


def test_a_server_elsewhere_needs_an_address_and_offers_every_model(qtbot: QtBot) -> None:
    panel = show_panel(qtbot, states()["no-card"])
    panel.choices.engines["remote"].radio.click()
    assert not panel.use.isEnabled()
    assert panel.cost.text() == "Enter the address of the server."
    qtbot.keyClicks(panel.choices.url, " https://gpu.example.org/v1 ")
    assert panel.use.isEnabled()
    assert panel.settings() == replace(CPU, engine="remote", remote_url="https://gpu.example.org/v1")
    assert all(option.isVisible() for option in panel.choices.models.values())
    with qtbot.waitSignal(panel.choices.check_requested):
        panel.choices.check.click()


def test_all_that_can_be_chosen_is_kept(qtbot: QtBot) -> None:
    expected = Settings(
        engine="sglang", model="qwen3-4b", reranker="qwen3-reranker-4b", sglang="/opt/sglang/bin/python",
        model_folder="/models/q", reranker_folder="/models/r", hub="modelscope", hub_mirror="https://m.example.org",
        proxy="http://p.example.org:3128", memory_gib=6.5, reranker_memory_gib=4.0, idle_minutes=15, gpus=(1,),
    )  # fmt: skip
    panel = EnginePanel()
    qtbot.addWidget(panel)
    panel.show_settings(expected)
    assert panel.settings() == expected
    assert panel.settings() == replace(panel.settings(), exclude=expected.exclude)


def test_several_cards_can_be_chosen(qtbot: QtBot) -> None:
    found = capabilities()
    two = replace(found.machine, gpus=(found.machine.gpus[0], replace(found.machine.gpus[0], index=3, name="Other")))
    panel = show_panel(qtbot, replace(states()["ready"], capabilities=replace(found, machine=two)))
    panel.fold.click()
    panel.advanced.gpus[3].click()
    assert panel.settings().gpus == (3,)
    panel.show_capabilities(replace(found, machine=two))
    assert panel.settings().gpus == (3,)


def test_nothing_else_can_be_set_up_while_something_is_fetched(qtbot: QtBot) -> None:
    panel = show_panel(qtbot, states()["installing"])
    panel.choices.models["qwen3-4b"].radio.click()
    assert not panel.use.isEnabled()
    assert "cancel" in panel.cost.text()
    panel.show_servers(states()["missing"].servers(), None, 0.0)
    assert panel.use.isEnabled()


# Accessibility


@pytest.mark.parametrize("name", ["ready", "remote"])
def test_every_field_and_button_has_a_name(qtbot: QtBot, name: str) -> None:
    panel = show_panel(qtbot, states()[name])
    panel.fold.setChecked(True)
    for widget in panel.findChildren(QWidget):
        if widget.objectName().startswith("qt_"):
            continue
        if isinstance(widget, QAbstractButton) and widget.isVisible():
            assert widget.text() or widget.accessibleName()
        if isinstance(widget, QLineEdit | QComboBox) and widget.isVisible():
            assert widget.accessibleName(), widget


def test_the_keyboard_reaches_everything(qtbot: QtBot) -> None:
    panel = show_panel(qtbot, states()["ready"])
    found, widget = set(), panel.nextInFocusChain()
    while widget is not panel:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            found.add(widget)
        widget = widget.nextInFocusChain()
    choices = panel.choices
    expected = {panel.cards["embedding"].button, panel.cards["embedding"].fold, panel.fold, choices.reranker}
    expected |= {option.radio for option in choices.engines.values()}
    assert expected <= found


def test_right_to_left_and_long_names_stay_in_the_window(qtbot: QtBot) -> None:
    found = capabilities()
    long = replace(found.machine.gpus[0], name="NVIDIA " + "RTX Professional Workstation Edition " * 6)
    panel = show_panel(
        qtbot, replace(states()["busy"], capabilities=replace(found, machine=replace(found.machine, gpus=(long,))))
    )
    panel.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    panel.resize(520, 600)
    form = panel.area.widget()
    assert form.minimumSizeHint().width() <= panel.area.viewport().width()
    assert not panel.grab().isNull()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(20, "about 1 min"), (61, "about 1 min"), (1500, "about 25 min"), (7200, "about 2 hr"),
     (400_000, "about 5 days")],
)  # fmt: skip
def test_estimates_are_rough(seconds: float, words: str) -> None:
    assert engine_text.reindexing(seconds) == f"Re-indexing your documents takes {words}."


def test_what_leaves_the_computer_is_named() -> None:
    text = engine_text.sending("gpu.example.org")
    for word in ("text of all your documents", "every query", "gpu.example.org", "File names", "not sent"):
        assert word in text


def test_settings_in_one_line() -> None:
    assert engine_text.in_use(CPU) == "Multilingual, on the processor"
    assert engine_text.in_use(GPU) == "Qwen3 0.6B, on the graphics card"
    assert engine_text.in_use(ELSEWHERE) == "Qwen3 0.6B, on another computer"
