"""Fields with a title each: in the middle of its row, and all titles of a page as wide as the widest."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFormLayout, QLabel, QWidget


class Form(QFormLayout):
    """Rows of a title and a field; a field may grow below its first line, its title stays beside that."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(16)
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.titles: list[QLabel] = []

    def add(self, title: str, field: QWidget) -> None:
        says = QLabel(title)
        says.setBuddy(field)
        field.ensurePolished()  # only then it knows how high the style sheet makes it
        says.setMinimumHeight(field.sizeHint().height())
        self.titles.append(says)
        self.addRow(says, field)


def align(forms: Sequence[Form]) -> None:
    """Let the fields of some forms begin below one another."""
    titles = [title for form in forms for title in form.titles]
    for title in titles:
        title.ensurePolished()
    widest = max((title.sizeHint().width() for title in titles), default=0)
    for title in titles:
        title.setMinimumWidth(widest)
