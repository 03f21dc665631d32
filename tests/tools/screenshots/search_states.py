"""The window while it indexes and searches."""

from __future__ import annotations

from dataclasses import replace

from gui.controllers.search_tasks import READY_STATES
from tests.core.library.conftest import set_fault
from tests.tools.screenshots.list_states import ListStates
from tests.tools.screenshots.pictures import QUERY, README_QUERIES, SLOW, WAIT_SECONDS
from tests.tools.screenshots.visit import settle, until


class SearchStates(ListStates):
    """From the welcome page to results, menus, filters and the page without results."""

    def welcome(self) -> None:
        page = self.app.window.welcome
        folders = page.folders.folders
        until(lambda: all(shown.price is not None and shown.price.done for shown in folders.values()), "it is counted")
        self.take("welcome")
        for shown in folders.values():
            page.folders.show_price(shown.path, replace(shown.price, free=90_000_000))
        self.take("welcome-full")
        for shown in folders.values():
            shown.tick.setChecked(False)
        for name in ("welcome-quick", "welcome-model"):
            page.go_on()
            self.take(name)
        page.finish()
        self.take("no-folders")

    def indexing(self) -> None:
        documents = self.home / "Documents"
        if self.engine is not None:
            self.app.library.engines.start()
            until(lambda: self.app.library.progress().engine.state in READY_STATES, "the engine is ready")
            set_fault(self.engine, f"slow={WAIT_SECONDS}")  # it is seen at work until it is let go on
        self.app.library_controller.folders.add([str(documents)])
        library = self.app.library
        if self.engine is None:
            until(lambda: library.progress().meaning.done > 3 and library.progress().meaning.waiting > 0, "indexing")
        else:
            until(lambda: library.progress().words.done > 3 and library.progress().meaning.waiting > 0, "indexing")
        self.take("indexing")
        self.app.window.search.box.setText("lisbon museum")
        until(lambda: self.app.window.results.rows.rowCount() > 0, "results while indexing")
        self.take("indexing-results")
        self.app.window.search.box.clear()
        if self.engine is not None:
            set_fault(self.engine, SLOW)
        until(lambda: not library.progress().meaning.waiting and not library.progress().scanning, "meaning is complete")
        settle(1.5)
        self.take("hint")

    def results(self) -> None:
        from shiboken6 import isValid

        from gui.results.explain_popup import ExplainPopup

        window = self.app.window
        window.search.box.setText(QUERY)
        until(self.is_found_by_meaning, "found by meaning")
        settle()
        self.take("results")
        window.results.enter()
        self.take("results-list")
        menu = window.results.menu_for(window.results.current())
        menu.popup(window.mapToGlobal(window.rect().center()))
        self.take("menu", menu)
        menu.close()
        until(lambda: not self.app.search_controller._searching.busy, "the query was answered")
        why = ExplainPopup(window.results.current(), window.results)
        why.show_beside_row()
        self.take("why-found", why)
        if isValid(why):  # it deletes itself when it is closed, as by another window in front
            why.close()
        self.pick(lambda hit: bool(hit.versions))
        window.results.set_expanded(on=True)
        self.take("versions")
        window.results.set_expanded(on=False)
        for name, picture in (("租房合同", "preview-chinese"), ("عقد", "preview-arabic")):
            self.pick(lambda hit, name=name: name in hit.path)
            self.take(picture)
        window.toggle_preview()
        self.take("results-only")
        window.toggle_preview()
        size = window.size()
        window.resize(720, 560)
        self.take("small")
        window.resize(size)
        self.menus()

    def menus(self) -> None:
        """The menus of the pause button and of a folder."""
        from PySide6.QtWidgets import QMenu

        window = self.app.window
        pause = window.status.pause_menu()
        pause.popup(window.mapToGlobal(window.rect().center()))
        self.take("pause-menu", pause)
        pause.close()
        view = window.folders.view
        view.customContextMenuRequested.emit(view.visualRect(view.model().index(0, 0)).center())
        until(lambda: any(menu.isVisible() for menu in window.folders.findChildren(QMenu)), "the folder's menu shows")
        menu = next(menu for menu in window.folders.findChildren(QMenu) if menu.isVisible())
        self.take("folder-menu", menu)
        menu.close()

    def operators(self) -> None:
        """How a query is parsed, and which filters leave no documents."""
        window = self.app.window
        window.search.box.setText(f'{QUERY} type:pdf,text -"final demand" date:"last 30 days"')
        until(lambda: window.chips.isVisible() and not self.app.search_controller._searching.busy, "the query was read")
        self.take("chips")
        window.chips.chips()[-1].setFocus()
        self.take("chips-keys", window.chips)
        window.search.box.setText("lease ext:md type:mail before:2001")
        until(lambda: window.pages.currentWidget() is window.no_results, "a filter empties the list")
        settle()
        self.take("chips-nothing")

    def readme(self) -> None:
        """The pictures of results and filters in the README; that of the engine is `engine-card-fits`."""
        window = self.app.window
        window.search.take_focus()
        for name, query in README_QUERIES.items():
            window.search.box.setText(query)
            settle()
            until(lambda: not self.app.search_controller._searching.busy, "the query was answered")
            until(self.is_found_by_meaning, "found by meaning")
            self.take(name)

    def nothing(self) -> None:
        """No results, which takes a search without an engine."""
        window = self.app.window
        window.banner.clear()
        window.search.box.setText("zzzzqqqq")
        until(lambda: window.pages.currentWidget() is window.no_results, "nothing found")
        self.take("no-result")

    def dragging(self) -> None:
        from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
        from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
        from PySide6.QtWidgets import QApplication

        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self.home / "Documents"))])
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(400, 300), Qt.DropAction.CopyAction, mime, buttons, keys)
        QApplication.sendEvent(self.app.window, enter)
        self.take("drop")
        QApplication.sendEvent(self.app.window, QDragLeaveEvent())
