"""The filters by mouse, completion, the syntax, what is remembered, and the price of a folder."""

from __future__ import annotations

from core.messages import tr
from tests.tools.screenshots.visit import Visit, settle, until

FILTERED = "lease type:text,pdf size:<100kb sort:date group:kind"


class FilterStates(Visit):
    """What stands around the search box and the list."""

    def filters(self) -> None:
        from PySide6.QtWidgets import QApplication, QMenu

        window = self.app.window
        window.search.box.setText("lease")
        until(lambda: window.results.rows.rowCount() > 0, "the list is there")
        window.filters.open_menu("type")
        menu = window.filters.menu()
        until(lambda: menu.isVisible() and any("\t" in action.text() for action in menu.actions()), "it is counted")
        self.take("filter-menu", menu)
        menu.close()
        window.filters.open_menu("lang")
        menu = window.filters.menu()
        until(lambda: menu.isVisible() and any("\t" in action.text() for action in menu.actions()), "it is counted")
        self.take("filter-languages", menu)
        menu.close()
        self.app.help.show_menu()
        self.take("help-menu", self.app.help.menu)
        self.app.help.menu.close()
        window.search.box.setText(FILTERED)
        until(lambda: window.filters.buttons["group"].is_set, "the buttons show the filters")
        until(lambda: not self.app.search_controller._searching.busy, "the query was answered")
        settle()
        self.take("filters")
        size = window.size()
        window.resize(700, 500)
        self.take("filters-small")
        window.filters.open_more()
        until(lambda: any(menu.isVisible() for menu in window.filters.findChildren(QMenu)), "the menu shows")
        self.take("filters-more", next(menu for menu in window.filters.findChildren(QMenu) if menu.isVisible()))
        QApplication.activePopupWidget().close()
        window.resize(size)
        completion = self.app.search_controller._completion
        window.search.box.setText("")
        window.search.box.setFocus()
        completion._show_all()
        self.take("completion")
        completion.list.hide()
        self.app.help.show_sheet()
        self.take("syntax", self.app.help.sheet)
        self.app.help.sheet.close()
        window.search.box.setText("lease in:/usr/share/doc")
        until(window.no_results.add_folder.isVisible, "the folder is offered")
        self.take("outside")
        window.search.box.clear()

    def remembered(self) -> None:
        window, library = self.app.window, self.app.library
        for query in (tr("invoice for the bicycle repair"), tr("when does the lease end")):
            library.history.add_search(query)
        document = next(path for path in (self.home / "Documents").rglob("*") if path.is_file())
        library.history.add_document(str(document))
        window.search.box.setText(tr("when does the lease end"))
        controller = self.app.extras.saved_searches
        controller.save()
        self.take("save-search", controller.dialog)
        controller.dialog.accept()
        until(lambda: window.folders.saved.items.rowCount() == 1, "it is saved")
        window.search.box.clear()
        settle()
        self.take("remembered")
        controller.remove(library.saved_searches.all()[0].name)
        self.take("undo")
        window.toast.hide()
        library.history.clear()

    def price(self) -> None:
        adding = self.app.library_controller.folders.adding
        adding.ask([str(self.home)], always=True)
        until(lambda: adding.dialog is not None and not adding.dialog.progress.isVisible(), "it is priced")
        self.take("price", adding.dialog)
        adding.dialog.reject()
        self.app.window.filters._choose_dates()
        self.take("dates", self.app.window.filters._dates)
        self.app.window.filters._dates.reject()
