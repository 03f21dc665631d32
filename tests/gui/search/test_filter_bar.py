"""The filter buttons write the query that a user would type, and show the one that was typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from core.search.facets import FacetValue
from core.search.query import parse
from gui.app.application import App
from gui.search import filter_text
from gui.search.date_range import DateRangeDialog
from gui.search.filter_bar import FilterBar
from gui.search.filter_menu import FilterMenu
from tests.gui.conftest import WAIT_MS
from tests.gui.questions import ask, found

Start = Callable[..., App]


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    widget = FilterBar()
    qtbot.addWidget(widget)
    widget.rewritten.connect(lambda text: widget.show_query(parse(text)))
    widget.show_query(parse("lease"))
    widget.resize(900, 60)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def open_menu(bar: FilterBar, field: str, **counts: int) -> FilterMenu:
    bar.open_menu(field)
    bar.show_facets(field, [FacetValue(value, count) for value, count in counts.items()])
    menu = bar.menu()
    assert menu is not None
    assert menu.isVisible()
    return menu


def choose(menu: FilterMenu, value: str) -> None:
    next(action for action in menu.actions() if action.data() == value).trigger()


def test_group_says_how_many_groups_each_choice_makes_and_sort_needs_no_number(bar: FilterBar) -> None:
    texts = [action.text() for action in open_menu(bar, "group", kind=3, folder=12, date=4).actions()]
    assert texts == ["None", "Kind\t3", "Folder\t12", "Date\t4"]
    assert not any("\t" in action.text() for action in open_menu(bar, "sort").actions())


def test_languages_are_ticked_by_their_code_however_they_were_typed(bar: FilterBar) -> None:
    bar.show_query(parse("lease lang:german"))
    menu = open_menu(bar, "lang", de=4, fr=2, other=1)
    assert [action.text() for action in menu.actions() if action.data()] == [
        "German\t4", "French\t2", "Not recognized\t1",
    ]  # fmt: skip
    assert [action.data() for action in menu.actions() if action.isChecked()] == ["de"]
    choose(menu, "fr")
    assert bar.query is not None
    assert bar.query.text == "lease lang:de,fr"


def test_kinds_have_their_own_names_however_they_were_typed(bar: FilterBar) -> None:
    bar.show_query(parse("lease kind:sheet,emails"))
    assert bar.buttons["type"].text().strip() == "Kind: Spreadsheet, Email"
    menu = open_menu(bar, "type", mail=4, pdf=2, spreadsheet=1)
    assert [action.data() for action in menu.actions() if action.isChecked()] == ["mail", "spreadsheet"]
    choose(menu, "pdf")
    assert bar.query is not None
    assert bar.query.text == "lease type:mail,pdf,spreadsheet"


@pytest.mark.parametrize(
    ("text", "field", "shown"),
    [
        ("lease lang:deutsch", "lang", "Language: German"),
        ("lease", "type", "Kind"),
        ("lease type:pdf,mail", "type", "Kind: PDF, Email"),
        ("lease type:other", "type", "Kind: Other files"),
        ("in:/home/ann/taxes", "in", "Folder: taxes"),
        ("in:taxes", "in", "Folder: taxes"),
        ("date:last-7-days", "date", "Date: Last 7 days"),
        ('date:"last 30 days"', "date", "Date: Last 30 days"),
        ("date:2025-03-01..2025-06-30", "date", "Date: 2025-03-01 – 2025-06-30"),
        ("before:2020", "date", "Date: Before 2020"),
        ("size:<100kb", "size", "Size: Under 100 kB"),
        ("size:1mb..10mb", "size", "Size: 1 MB – 10 MB"),
        ("size:>=1.5gb", "size", "Size: Over 1.5 GB"),
        ("size:3", "size", "Size: 3 B"),
        ("lease", "sort", "Sort: Relevance"),
        ("lease sort:Name", "sort", "Sort: Name"),
        ("lease sort:relevance", "sort", "Sort: Relevance"),
        ("lease group:none", "group", "Group"),
        ("lease group:folder", "group", "Group: Folder"),
    ],
)
def test_a_button_shows_what_was_typed(bar: FilterBar, text: str, field: str, shown: str) -> None:
    bar.show_query(parse(text))
    assert bar.buttons[field].text().strip() == shown
    assert bar.buttons[field].accessibleName() == shown
    others = {name: button.is_set for name, button in bar.buttons.items() if name != field}
    assert not any(others.values())


def test_each_choice_is_typed_into_the_query(qtbot: QtBot, bar: FilterBar) -> None:
    menu = open_menu(bar, "type", pdf=12, mail=3)
    assert [action.text() for action in menu.actions() if action.data()] == ["PDF\t12", "Email\t3"]
    with qtbot.waitSignal(bar.rewritten) as rewritten:
        choose(menu, "mail")
    assert rewritten.args == ["lease type:mail"]
    with qtbot.waitSignal(bar.rewritten) as rewritten:
        choose(menu, "pdf")
    assert rewritten.args == ["lease type:pdf,mail"], "several kinds can be chosen"
    with qtbot.waitSignal(bar.rewritten) as rewritten:
        choose(menu, "")
    assert rewritten.args == ["lease"]
    with qtbot.waitSignal(bar.rewritten) as rewritten:
        choose(open_menu(bar, "date", today=1), "today")
    assert rewritten.args == ["lease date:today"]
    with qtbot.waitSignal(bar.rewritten) as rewritten:
        choose(open_menu(bar, "date", **{"before:2020": 1}), "before:2020")
    assert rewritten.args == ["lease before:2020"], "one date replaces the other"


def test_several_values_are_ticked_while_the_menu_stays_open(qtbot: QtBot, bar: FilterBar) -> None:
    menu = open_menu(bar, "type", pdf=12, mail=3)
    actions = {action.data(): action for action in menu.actions() if action.data()}
    menu.setActiveAction(actions["pdf"])
    qtbot.keyClick(menu, Qt.Key.Key_Space)
    assert menu.isVisible()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(actions["mail"]).center())
    assert menu.isVisible()
    assert bar.buttons["type"].accessibleName() == "Kind: PDF, Email"
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()


def test_what_is_chosen_stays_in_a_menu_that_has_none_of_it(bar: FilterBar) -> None:
    bar.show_query(parse("lease type:image in:taxes"))
    menu = open_menu(bar, "type", pdf=12)
    assert [(action.text(), action.isChecked()) for action in menu.actions() if action.data()] == [
        ("PDF\t12", False),
        ("Image\t0", True),
    ]
    menu = open_menu(bar, "in")
    assert [action.text() for action in menu.actions() if action.data()] == ["taxes"]


def test_without_documents_a_menu_says_so(bar: FilterBar) -> None:
    menu = open_menu(bar, "size")
    assert [action.text() for action in menu.actions() if not action.isEnabled() and action.text()] == ["No documents"]


def test_a_menu_opens_without_counts_while_they_take_long(qtbot: QtBot, bar: FilterBar) -> None:
    bar.show_query(parse("lease type:pdf"))
    with qtbot.waitSignal(bar.counts_requested) as requested:
        qtbot.mouseClick(bar.buttons["type"], Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    assert requested.args == ["type"]
    menu = bar.menu()
    assert menu is not None
    qtbot.waitUntil(menu.isVisible)
    assert [action.text() for action in menu.actions() if action.text()] == ["Any kind", "PDF", "Counting…"]
    bar.show_facets("type", [FacetValue("pdf", 2)])
    assert [action.text() for action in menu.actions() if action.text()] == ["Any kind", "PDF\t2"]
    bar.show_facets("size", [FacetValue("<100kb", 2)])
    assert [action.text() for action in menu.actions() if action.text()] == ["Any kind", "PDF\t2"], "of another menu"


def test_the_cross_and_delete_remove_a_filter(qtbot: QtBot, bar: FilterBar) -> None:
    bar.show_query(parse("lease type:pdf size:>1mb"))
    button = bar.buttons["type"]
    qtbot.waitUntil(lambda: button.width() >= button.sizeHint().width())
    with qtbot.waitSignal(bar.rewritten) as rewritten:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(button.width() - 10, button.height() // 2))
    assert rewritten.args == ["lease size:>1mb"]
    with qtbot.waitSignal(bar.rewritten) as rewritten:
        qtbot.keyClick(bar.buttons["size"], Qt.Key.Key_Delete)
    assert rewritten.args == ["lease"]
    with qtbot.assertNotEmitted(bar.rewritten):
        qtbot.keyClick(bar.buttons["size"], Qt.Key.Key_Delete)


def test_sorting_and_grouping_are_written_and_taken_back(qtbot: QtBot, bar: FilterBar) -> None:
    bar.open_menu("sort")
    menu = bar.menu()
    assert menu is not None
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Relevance"]
    choose(menu, "date")
    assert bar.buttons["sort"].accessibleName() == "Sort: Date"
    bar.open_menu("sort")
    with qtbot.waitSignal(bar.rewritten) as rewritten:
        choose(bar.menu(), "relevance")  # type: ignore[arg-type]
    assert rewritten.args == ["lease"]
    bar.open_menu("group")
    with qtbot.waitSignal(bar.rewritten) as rewritten:
        choose(bar.menu(), "kind")  # type: ignore[arg-type]
    assert rewritten.args == ["lease group:kind"]


def test_arrow_keys_lead_from_button_to_button(qtbot: QtBot, bar: FilterBar) -> None:
    bar.activateWindow()
    fields = list(bar.buttons)
    bar.buttons[fields[0]].setFocus()
    qtbot.keyClick(bar.buttons[fields[0]], Qt.Key.Key_Right)
    qtbot.waitUntil(bar.buttons[fields[1]].hasFocus)
    with qtbot.waitSignal(bar.focus_left):
        qtbot.keyClick(bar.buttons[fields[1]], Qt.Key.Key_Up)


SET = 'lease type:pdf,mail date:"last 30 days" in:/home/ann/Documents size:100kb..1mb sort:date'


@pytest.mark.parametrize("width", [600, 700, 800, 1000])
@pytest.mark.parametrize("text", ["lease", "lease size:<100kb group:kind", SET])
def test_the_buttons_stay_in_one_row(qtbot: QtBot, bar: FilterBar, text: str, width: int) -> None:
    bar.show_query(parse(text))
    bar.setFixedWidth(width)
    row = [button for button in (*bar.buttons.values(), bar.more) if button.isVisible()]
    qtbot.waitUntil(lambda: max(button.geometry().right() for button in row) < bar.save.geometry().left())
    assert len({button.y() for button in row}) == 1
    assert bar.save.geometry().right() < width
    for button in row:
        assert button.width() >= button.minimumSizeHint().width(), button.field
        assert button.text().strip() or button.toolTip() == button.accessibleName(), button.field


def test_what_does_not_fit_is_in_a_menu(qtbot: QtBot, bar: FilterBar) -> None:
    bar.setFixedWidth(600)
    qtbot.waitUntil(bar.more.isVisible)
    assert bar.buttons["lang"].isHidden()
    assert not bar.more.is_set
    bar.show_query(parse(SET + " lang:de"))
    assert bar.more.is_set
    texts = {"in": "Folder: Documents", "size": "Size: 100 kB – 1 MB", "lang": "Language: German"}
    hidden = [text for field, text in texts.items() if bar.buttons[field].isHidden()]
    assert hidden[-2:] == [texts["size"], texts["lang"]]  # and the folder where fonts are wide
    assert bar.more.accessibleName() == f"More filters: {', '.join(hidden)}"
    bar.more.click()
    [menu] = [shown for shown in bar.findChildren(QMenu) if shown.isVisible()]
    assert [action.text() for action in menu.actions()] == hidden
    with qtbot.waitSignal(bar.counts_requested) as requested:
        menu.actions()[-1].trigger()
    assert requested.args == ["lang"]
    bar.show_facets("lang", [FacetValue("de", 2), FacetValue("fr", 1)])
    languages = bar.menu()
    assert languages is not None
    assert languages.isVisible()
    assert languages.y() >= bar.more.mapToGlobal(bar.more.rect().bottomLeft()).y()
    choose(languages, "fr")
    assert bar.query is not None
    assert bar.query.text.endswith("lang:de,fr")


def test_the_arrow_keys_pass_over_what_does_not_fit(qtbot: QtBot, bar: FilterBar) -> None:
    bar.setFixedWidth(600)
    qtbot.waitUntil(bar.more.isVisible)
    bar.activateWindow()
    bar.buttons["size"].setFocus()
    for button in (bar.more, bar.buttons["sort"]):
        qtbot.keyClick(bar.focusWidget(), Qt.Key.Key_Right)
        qtbot.waitUntil(button.hasFocus)
    qtbot.keyClick(bar.focusWidget(), Qt.Key.Key_Down)
    assert bar.menu() is not None


def test_a_range_of_dates_is_asked_for(qtbot: QtBot) -> None:
    dialog = DateRangeDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.first.setDate(dialog.last.date().addDays(1))
    assert not dialog.choose.isEnabled()
    assert dialog.note.text()
    dialog.first.setDate(dialog.last.date().addDays(-9))
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.choose.click()
    ((value,),) = chosen.args
    (part,) = parse(f"date:{value}").operators
    assert filter_text.value_text("date", value).count(" – ") == 1
    assert str(part) == f"date:{value}"


def test_the_window_counts_and_filters(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "lease", "lease")
    bar = app.window.filters
    bar.open_menu("type")
    menu = bar.menu()
    assert menu is not None
    qtbot.waitUntil(
        lambda: menu.isVisible() and any("\t" in action.text() for action in menu.actions()), timeout=WAIT_MS
    )
    kind = next(action for action in menu.actions() if action.data())
    count = int(kind.text().rpartition("\t")[2])
    kind.trigger()
    menu.close()
    assert app.window.search.box.text() == f"lease type:{kind.data()}"
    assert not app.window.chips.isVisible(), "the button is the chip"
    bar.open_menu("sort")
    choose(bar.menu(), "name")  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: len(found(app)) == count, timeout=WAIT_MS)
