"""The team library: what is said before the first question, its results, their text, and a server that is away."""

from __future__ import annotations

from dataclasses import replace

from tests.tools.screenshots.visit import Visit, settle, until

QUERY = "harbour OR lease"


class TeamStates(Visit):
    """A window with a team library, whose server runs in a process of its own."""

    def team(self) -> None:
        from core import team
        from tests.builders.team_server import OTHER, team_server

        controller = self.app.extras.team
        assert self.app.library is not None
        with team_server(replace(self.app.library.settings, readers=1)) as server:
            library = replace(server.library(), name="Harbour council", is_asked=None)
            team.save(library)
            team.save_token(server.tokens[OTHER])
            controller.use(library)
            self._ask(QUERY)
            self.take("team-consent")
            self.app.window.team.first.click()
            until(lambda: controller.is_answered, "the team library answers")
            self.take("team-results")
            hits = self.app.window.team.hits
            hits.enter()
            hits.chosen.emit(hits.current())
            until(self.app.window.team.reader.text.isVisible, "a text is shown")
            self.take("team-reading")
            size = self.app.window.size()
            self.app.window.resize(700, 500)
            self.take("team-small")
            self.app.window.team.close_reader()
            self.app.window.resize(size)
            self._settings(library)
            team.save_token("of-somebody-else")
            self._ask("lease OR harbour")
            self.take("team-refused")
            server.stop()
            self._ask(QUERY)
            self.take("team-offline")
        team.forget(library)
        controller.use(None)

    def _ask(self, text: str) -> None:
        self.app.window.search.box.setText(text)
        settle()
        until(lambda: self.app.extras.team.is_answered, "the team library answers")

    def _settings(self, library: object) -> None:
        settings = self.app.library_controller.settings
        settings.show()
        settings.dialog.open_page("team")
        page = settings.dialog.team
        page.known.test.click()
        until(page.known.test.isEnabled, "the team library is tested")
        self.take("settings-team-known", settings.dialog)
        settings.dialog.reject()
        settings.show()
        settings.dialog.open_page("team")
        page = settings.dialog.team
        page.show_library(None)
        page.new.address.setText(library.address)  # type: ignore[attr-defined]
        page.new.token.setText("a token")
        page.new.add.click()
        until(page.trust.isVisible, "the certificate is not trusted")
        self.take("settings-team-untrusted", settings.dialog)
        settings.dialog.reject()
