"""Forms of titled fields, with the titles of all forms on a page aligned."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFormLayout, QWidget

from gui.widgets.plain_text import PlainLabel


class Form(QFormLayout):
    """Rows of a title and a field; the title stays beside the field's first line if the field grows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(16)
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.titles: list[PlainLabel] = []

    def add(self, title: str, field: QWidget) -> None:
        """Append a field with its title as a buddy label."""
        text = PlainLabel(title)
        text.setBuddy(field)
        field.ensurePolished()  # the style sheet sets the height
        text.setMinimumHeight(field.sizeHint().height())
        self.titles.append(text)
        self.addRow(text, field)


def align(forms: Sequence[Form]) -> None:
    """Align the fields of several forms in one column."""
    titles = [title for form in forms for title in form.titles]
    for title in titles:
        title.ensurePolished()
    widest = max((title.sizeHint().width() for title in titles), default=0)
    for title in titles:
        title.setMinimumWidth(widest)
