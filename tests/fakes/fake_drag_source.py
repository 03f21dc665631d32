"""A fake of another program with a window from which files can be dragged, as out of a file manager (Qt, X11).

    python -m tests.fakes.fake_drag_source PATH... --at X,Y

Its window stands at X,Y and is 200x80 pixels; a drag from anywhere in it takes the paths along. Each line of its output
is a JSON object: {"ready": true} once it is on the screen, {"dragging": true} when a drag begins, {"over": "copy"} once
it is over something that takes it, {"dropped": ACTION} after each drag, "copy" or "ignored".
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__("Drag these")
        self._paths = paths
        self.setWindowTitle("Another program")
        self.setFixedSize(200, 80)

    def mouseMoveEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(path) for path in self._paths])
        drag = QDrag(self)
        drag.setMimeData(data)
        taken: list[Qt.DropAction] = []

        def changed(action: Qt.DropAction) -> None:
            if action == Qt.DropAction.CopyAction and not taken:
                taken.append(action)
                tell(over="copy")

        drag.actionChanged.connect(changed)
        tell(dragging=True)
        tell(dropped="ignored" if drag.exec(Qt.DropAction.CopyAction) == Qt.DropAction.IgnoreAction else "copy")


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="fake_drag_source")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--at", required=True, metavar="X,Y")
    options = parser.parse_args()
    application = QApplication(["fake_drag_source"])
    source = Source(options.paths)
    source.move(*map(int, options.at.split(",")))
    source.show()
    QTimer.singleShot(0, lambda: tell(ready=True))
    application.exec()


if __name__ == "__main__":
    main()
