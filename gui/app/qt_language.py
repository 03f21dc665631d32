"""Makes Qt follow the language of `core.messages`: its own dialogs and buttons, its numbers and dates."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from core.messages import language, set_language, tr
from core.messages.translate import formatter


def use_language(qt: QCoreApplication, preferred: str = "") -> None:
    """Use a language everywhere in this process, "" for the system's; before the first widget is made."""
    set_language(preferred)
    QLocale.setDefault(QLocale(formatter().name))
    translator = QTranslator(qt)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language()}", folder):
        qt.installTranslator(translator)
    qt.installTranslator(KeyNames(qt))


class KeyNames(QTranslator):
    """Calls the key Enter by one name: Qt says "Return" for the one of the letters, "Enter" for that of the digits."""

    def translate(self, context: str, text: str, comment: str | None = None, n: int = -1) -> str | None:  # noqa: ARG002
        return tr("Enter") if (context, text) == ("QShortcut", "Return") else None

    def isEmpty(self) -> bool:
        return False
