"""The model and engine panel, a change of the model, and an engine that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote
from tests.tools.screenshots.pictures import QUERY, WAIT_SECONDS
from tests.tools.screenshots.visit import Visit, settle, until

if TYPE_CHECKING:
    pass


class EngineStates(Visit):
    """Everything that concerns engines and models."""

    def engine_panel(self) -> None:
        """The engine panel with invented states, as this computer may have no graphics card."""
        from gui.engine import confirmations
        from gui.engine.panel import EnginePanel
        from tests.builders.engine_states import GPU, LOG, capabilities, states

        for name, state in states().items():
            panel = EnginePanel(self.app.window)
            panel.show_settings(state.settings)
            panel.show_capabilities(state.capabilities)
            panel.show_servers(state.servers(), state.job, state.rate)
            panel.cards["embedding"].fold.setChecked(name == "failed")
            panel.cards["embedding"].show_log(LOG)
            if name == "card-fits":
                panel.choices.engines["sglang"].radio.click()
            panel.resize(panel.width(), 1010 if name in {"card-fits", "busy"} else panel.height())
            panel.show()
            self.take(f"engine-{name}", panel)
            if name == "busy":
                panel.fold.click()
                settle()
                panel.area.verticalScrollBar().setValue(panel.area.verticalScrollBar().maximum())
                self.take("engine-more", panel)
            panel.close()
        missing = capabilities(installed=False, weights=False).missing(GPU)
        asked = {"host": "", "missing": missing, "passages": 12_400, "seconds": 1500.0, "stays_searchable": True}
        sent = {"host": "gpu.example.org", "missing": capabilities(card=False).missing(states()["remote"].settings)}
        costs_nothing = {"passages": 0, "seconds": None, "stays_searchable": False}
        for name, facts in (("download", asked), ("send", sent | costs_nothing)):
            box = confirmations.confirm_change(self.app.window, **facts)  # type: ignore[arg-type]
            box.open()
            self.take(f"engine-ask-{name}", box)
            box.close()
        self.app.window.offer.show_message(*confirmations.gpu_offer(capabilities()))
        self.take("engine-offer")
        self.app.window.offer.hide()

    def another_model(self) -> None:
        """The previous model answers until the new one is ready, which a slow fake engine delays."""
        window, library, before = self.app.window, self.app.library, self.app.library.settings
        with fake(f"slow={WAIT_SECONDS}") as slow:
            library.change_settings(remote(slow))
            until(lambda: library.progress().handover is not None, "another model indexes")
            window.search.box.setText(QUERY)
            until(self.is_found_by_meaning, "the previous model answers")
            self.take("handover")
            size = window.size()
            window.resize(720, 560)
            self.take("handover-small")
            window.resize(size)
            library.change_settings(before)
            until(lambda: library.settings == before and library.progress().handover is None, "it is changed back")

    def engine_failed(self) -> None:
        from dataclasses import replace

        window, library = self.app.window, self.app.library
        window.search.box.setText(QUERY)
        settle(1.0)
        library.change_settings(replace(library.settings, engine="remote", remote_url="http://127.0.0.1:9/v1"))
        settle(1.0)
        until(lambda: library.settings.engine == "remote" and library.progress().names.total > 0, "the engine changed")
        library.engines.start()
        until(window.banner.isVisible, "the banner shows")
        self.take("banner")
