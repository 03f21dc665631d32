"""What a picture's camera and program wrote about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFormLayout, QWidget

from core.messages import tr
from gui.widgets.basic import ELIDE_END, label


def fact_title(name: str) -> str:
    """The name of a fact of `core.preview.picture`; "" for one that is not shown."""
    return {
        "Size": tr("Size"),
        "Format": tr("Format"),
        "ImageDescription": tr("Description"),
        "Make": tr("Camera maker"),
        "Model": tr("Camera"),
        "LensModel": tr("Lens"),
        "DateTimeOriginal": tr("Taken"),
        "ExposureTime": tr("Exposure"),
        "FNumber": tr("Aperture"),
        "ISOSpeedRatings": tr("Sensitivity"),
        "FocalLength": tr("Focal length"),
        "Software": tr("Program"),
        "Artist": tr("Author"),
        "Copyright": tr("Copyright"),
        "Position": tr("Position"),
    }.get(name, "")


def fact_value(name: str, value: str) -> str:
    """A fact with its unit."""
    match name:
        case "Size":
            return tr("{size} pixels", size=value)
        case "ExposureTime":
            return tr("{time} s", time=value)
        case "FNumber":
            return tr("f/{number}", number=value)
        case "ISOSpeedRatings":
            return tr("ISO {number}", number=value)
        case "FocalLength":
            return tr("{length} mm", length=value)
        case "DateTimeOriginal":
            day, _, time = value.partition(" ")
            return f"{day.replace(':', '-')} {time}".strip()
    return value


class FactsPanel(QWidget):
    """Lists the facts of a picture, below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facts")
        self._form = QFormLayout(self)
        self._form.setContentsMargins(20, 8, 20, 8)
        self._form.setVerticalSpacing(2)
        self._form.setHorizontalSpacing(16)
        self.hide()

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show other facts; nothing if there are none."""
        while self._form.rowCount():
            self._form.removeRow(0)
        for name, value in facts:
            if title := fact_title(name):
                self._form.addRow(
                    label(title, factor=0.9, dim=True), label(fact_value(name, value), factor=0.9, elided=ELIDE_END)
                )
        self.setVisible(self._form.rowCount() > 0)
