"""The result list: densities, tiers, several selected rows, its menus, a file's properties and passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tools.screenshots.pictures import QUERY
from tests.tools.screenshots.visit import Visit, settle, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.document import Hit

WORDS = "the flat OR lease OR tenant"  # found in several documents


class ListStates(Visit):
    """The list by itself, at several sizes and in both directions."""

    def result_list(self) -> None:
        self._search(QUERY)
        self._unfold()
        self.take("list-related")
        self._search(WORDS)
        self._several()
        self._of_one_file()
        self._sizes()

    def pick(self, is_it: Callable[[Hit], bool]) -> None:
        """Make the row of a hit the current one, which may be folded away."""
        results = self.app.window.results
        if not any(map(is_it, results.rows.hits())):
            self._unfold()
        hit = next(filter(is_it, results.rows.hits()))
        results.setCurrentIndex(results.rows.index(results.rows.row_of(hit.path)))

    def _search(self, text: str) -> None:
        window, search = self.app.window, self.app.search_controller
        window.search.box.setText(text)
        settle()
        until(lambda: not search._searching.busy and not search._reranking.busy, "the query was answered")
        until(self.is_found_by_meaning, "found by meaning")
        settle()

    def _unfold(self) -> None:
        """Show the related documents that are folded away."""
        rows = self.app.window.results.rows
        rows.toggle_section(rows.rowCount() - 1)

    def _several(self) -> None:
        from PySide6.QtCore import QItemSelectionModel

        results = self.app.window.results
        results.enter()
        first = results.rows.first_row()
        for row in (first + 1, first + 2):
            results.selectionModel().select(results.rows.index(row), QItemSelectionModel.SelectionFlag.Select)
        self.app.hit_actions.do("copy_path", results.selected())
        self.take("list-several")
        self._take_menu("menu-several")
        results.setCurrentIndex(results.rows.index(first))

    def _of_one_file(self) -> None:
        window, files = self.app.window, self.app.search_controller._file_actions
        hit = self._with_passages()
        files.do("passages", [hit])
        until(lambda: window.results.rows.has_passages(hit.path), "the passages are shown")
        self.take("list-passages")
        files.do("passages", [hit])
        files.do("properties", [hit])
        until(lambda: len(files.properties.lines()) > 8, "the properties were read")
        self.take("properties", files.properties)
        files.properties.accept()

    def _with_passages(self) -> Hit:
        """Make a file with several passages the current one, a PDF if there is one, which may be a version."""
        results, queries = self.app.window.results, self.app.library.queries
        found = [each for hit in results.rows.results() for each in (hit, *hit.versions)]
        several = [hit for hit in found if len(queries.passages_in_file(WORDS, hit.path)) > 1]
        chosen = next((hit for hit in several if hit.kind == "pdf"), several[0])
        self.pick(lambda hit: chosen.path in hit.paths)
        results.set_expanded(on=True)
        results.setCurrentIndex(results.rows.index(results.rows.row_of(chosen.path)))
        return chosen

    def _sizes(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QApplication

        window, size = self.app.window, self.app.window.size()
        for width, height, name in ((1180, 760, "compact"), (700, 500, "small"), (1920, 1080, "large")):
            window.resize(width, height)
            for density in ("comfortable", "compact"):
                window.set_density(density)
                if (name, density) != ("compact", "comfortable"):
                    self.take("list-compact" if name == "compact" else f"list-{name}-{density}")
        window.resize(size)
        direction = QApplication.layoutDirection()
        QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.take("list-mirrored-compact")
        window.set_density("comfortable")
        self.take("list-mirrored")
        QApplication.setLayoutDirection(direction)

    def _take_menu(self, picture: str) -> None:
        window = self.app.window
        menu = window.results.menu_for(window.results.current())
        menu.popup(window.mapToGlobal(window.rect().center()))
        self.take(picture, menu)
        menu.close()
