"""What is wrong with what a screen reader is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from tests.tools.accessible.tree import FOCUSABLE, MAX_CHILDREN, PREFIX, Node, ScreenReader
from tests.tools.screenshots.visit import until

# What an object is called whose kind nobody said.
UNKNOWN = frozenset({"unknown", "invalid", "filler", "panel", "redundant object", ""})
# What the keyboard reaches by way of another object: the parts of scroll bars, of headers, and of lists.
PARTS = frozenset({"scroll bar", "grip", "column header", "row header", "header"})

READINGS = 100  # at most, of a tree that changes
CELLS = frozenset({"cell", "table cell", "tree item", "list item"})  # may be empty; `silent_rows` compares them


def spoken_faults(root: QWidget, reader: ScreenReader) -> list[tuple[QWidget, str]]:
    """What a screen reader cannot tell of a widget of this process and what is in it."""
    tree = _tree(root, reader)
    nodes = {node.path: node for node in tree.walk()}
    faults: list[tuple[QWidget, str]] = [(root, fault) for fault in faults_of(tree)]
    for view in (root, *root.findChildren(QAbstractItemView)):
        if isinstance(view, QAbstractItemView) and view.isVisible() and not isinstance(view, QHeaderView):
            node = nodes.get(f"{PREFIX}{_number(view)}")
            faults += [(view, fault) for fault in (silent_rows(view, node) if node else ["is not in the tree"])]
    return faults


def _tree(root: QWidget, reader: ScreenReader) -> Node:
    """The tree of a widget, read again if something in it goes away meanwhile."""
    for _ in range(READINGS):
        reading = reader.read(_number(root))
        until(reading.done, "the tree is read")
        if not isinstance(reading.exception(), LookupError):
            break
    return reading.result()


def _number(widget: QWidget) -> int:
    """The id of a widget on the bus."""
    return QAccessible.uniqueId(QAccessible.queryAccessibleInterface(widget))


def faults_of(root: Node) -> Iterator[str]:
    """Every object below `root` that can be used, and cannot be told apart or told what it is."""
    for node in root.walk():
        if node.role in PARTS:
            continue
        if _is_used(node) and not node.name.strip() and node.role not in CELLS:
            yield f"{node.role} has no name, within {_inside(root, node)}"
        if node.role == "combo box" and not node.label.strip():
            yield f"combo box {node.name!r} has no label, within {_inside(root, node)}"
        if _is_used(node) and node.role in UNKNOWN:
            yield f"{node.name!r} has the role {node.role!r}"
        yield from _twins(node)


def _is_used(node: Node) -> bool:
    return node.has(FOCUSABLE) or bool(node.actions)


def _twins(parent: Node) -> Iterator[str]:
    used = Counter((node.role, node.name) for node in parent.children if node.actions and node.role not in PARTS)
    for (role, name), count in used.items():
        if count > 1 and parent.role not in {"list", "table", "tree", "tree table"}:
            yield f"{count} objects of the role {role!r} are all called {name!r}"


def _inside(root: Node, node: Node) -> str:
    """The names of the objects around one, from the outermost."""

    def search(at: Node, names: tuple[str, ...]) -> tuple[str, ...] | None:
        if at is node:
            return names
        below = (*names, at.name or at.role)
        return next((found for child in at.children if (found := search(child, below)) is not None), None)

    return " > ".join(search(root, ()) or ())


def silent_rows(view: QAbstractItemView, node: Node) -> Iterator[str]:
    """The rows of a list or table whose text on the screen is not in what its object tells."""
    model = view.model()
    told = [child.name for child in node.walk()]
    columns = model.columnCount(QModelIndex()) if isinstance(view, QTableView) else 1
    for row in range(min(model.rowCount(QModelIndex()), MAX_CHILDREN // columns - 1)):
        for column in range(columns):
            index = model.index(row, column, QModelIndex())
            shown = view.visualRect(index).intersects(view.viewport().rect())
            text, spoken = index.data(Qt.ItemDataRole.DisplayRole), index.data(Qt.ItemDataRole.AccessibleTextRole)
            if shown and isinstance(text, str) and not any(_tells(name, text, spoken) for name in told):
                yield f"row {row} of {view.accessibleName()!r} is shown as {text!r} and not told"


def _tells(name: str, text: str, spoken: object) -> bool:
    """Whether a name has a text, or is what is said in its place and has all of its words."""
    return text in name or (name == spoken and all(word in name for word in re.findall(r"\w+", text)))
