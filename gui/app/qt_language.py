"""Makes Qt follow the language of `core.messages`: its own dialogs and buttons, its numbers and dates."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from core.messages import language, set_language
from core.messages.translate import formatter


def use_language(qt: QCoreApplication, preferred: str = "") -> None:
    """Use a language everywhere in this process, "" for the system's; before the first widget is made."""
    set_language(preferred)
    QLocale.setDefault(QLocale(formatter().name))
    translator = QTranslator(qt)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language()}", folder):
        qt.installTranslator(translator)
