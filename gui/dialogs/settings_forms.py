"""The pages of the settings that edit fields of `Settings`."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from core.messages import languages, mark, tr
from core.settings import Settings, is_kind_limit
from gui.dialogs.scans_card import ScansCard
from gui.dialogs.settings_page import SettingsPage, add_option, number_field
from gui.results.header import density_title
from gui.results.row_metrics import DENSITIES, Density
from gui.widgets.basic import ELIDE_MIDDLE, TextButton, ignore_wheel, label
from gui.widgets.theme import Choice
from gui.widgets.wrapping_check_box import WrappingCheckBox

CHOICES: tuple[Choice, ...] = ("system", "light", "dark")


class FoldersPage(SettingsPage):
    """The searched folders, and how often network folders are checked; emits `add_requested`."""

    heading = mark("Folders")
    add_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        card = self.add_card(tr("Searched folders"))
        self._folders = QVBoxLayout()
        self._folders.setSpacing(6)
        card.addLayout(self._folders)
        self.add = TextButton(tr("Add folder…"), "", "folder-add")
        self.add.clicked.connect(self.add_requested)
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch(1)
        card.addLayout(row)
        self.poll = number_field(1, 1440, tr(" min"))
        card = self.add_card(tr("Changes"), tr("Findling notices changes at once where the system reports them."))
        add_option(
            card,
            self.poll,
            tr("Network drives report no changes. Does not re-index your documents."),
            tr("Check network folders every"),
        )
        self.show_folders([])

    def values(self) -> dict[str, object]:
        return {"poll_minutes": self.poll.value()}

    def show_values(self, settings: Settings) -> None:
        self.poll.setValue(settings.poll_minutes)

    def show_folders(self, folders: list[tuple[str, str]]) -> None:
        """Show each folder with what is known of it."""
        while (item := self._folders.takeAt(0)) is not None:
            if (shown := item.widget()) is not None:
                shown.hide()
                shown.deleteLater()
        for path, state in folders:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(12)
            line.addWidget(label(path, elided=ELIDE_MIDDLE), 1)
            line.addWidget(label(state, dim=True))
            self._folders.addWidget(row)
        if not folders:
            self._folders.addWidget(label(tr("No folders yet."), dim=True))


class FilesPage(SettingsPage):
    """Which files are indexed, and up to which size."""

    heading = mark("Files")

    def __init__(self) -> None:
        super().__init__()
        self.hidden_files = WrappingCheckBox(tr("Include hidden files and folders"))
        self.follow_links = WrappingCheckBox(tr("Follow links to folders"))
        self.archives = WrappingCheckBox(tr("Search the files in archives (ZIP, tar, 7z, RAR)"))
        self.largest = number_field(1, 4096, tr(" MB"))
        self.kinds = QLineEdit()
        self.kinds.setMinimumWidth(230)
        self.kinds.setPlaceholderText(tr("text 20, code 5, spreadsheet 50"))
        self.exclude = QPlainTextEdit()
        self.exclude.setObjectName("field")
        self.exclude.setTabChangesFocus(True)
        self.exclude.setFixedHeight(84)
        self.exclude.setPlaceholderText(tr("One name per line; * and ? are wildcards\n*.bak\nDrafts"))
        card = self.add_card(tr("What is indexed"))
        add_option(
            card, self.hidden_files, tr("Names that begin with a dot. Indexes these files only; no others again.")
        )
        add_option(card, self.follow_links, tr("Also indexes the folders that links lead to; no others again."))
        add_option(
            card,
            self.archives,
            tr("Otherwise only the names of these files are found. Archives are read again, other files are not."),
        )
        title = label(tr("Exclude, besides caches, version control data and temporary files:"), wrap=True)
        title.setBuddy(self.exclude)
        card.addWidget(title)
        add_option(
            card, self.exclude, tr("In all folders. Removes these files from the index; no others are indexed again.")
        )
        self.exclude.setAccessibleName(title.text())
        self.scans = ScansCard(self.add_card(tr("Scans and pictures")))
        card = self.add_card(tr("Size limits"), tr("Larger files can be found by their names only."))
        add_option(
            card,
            self.largest,
            tr("Reads only the files between the old and the new limit."),
            tr("Index only the names of files larger than"),
        )
        add_option(
            card,
            self.kinds,
            tr("A type and its limit, separated by commas. Reads only files of these types again."),
            tr("Different limits for file types, in MB"),
        )

    def values(self) -> dict[str, object]:
        lines = self.exclude.toPlainText().splitlines()
        limits = (" ".join(part.split()) for part in self.kinds.text().split(","))
        return {
            "hidden_files": self.hidden_files.isChecked(),
            "follow_links": self.follow_links.isChecked(),
            "read_archives": self.archives.isChecked(),
            "max_file_mb": self.largest.value(),
            "max_kind_mb": tuple(filter(is_kind_limit, limits)),
            "exclude": tuple(line.strip() for line in lines if line.strip()),
            **self.scans.values(),
        }

    def show_values(self, settings: Settings) -> None:
        self.hidden_files.setChecked(settings.hidden_files)
        self.follow_links.setChecked(settings.follow_links)
        self.archives.setChecked(settings.read_archives)
        self.largest.setValue(settings.max_file_mb)
        self.kinds.setText(", ".join(settings.max_kind_mb))
        self.exclude.setPlainText("\n".join(settings.exclude))
        self.scans.show_values(settings)


class SchedulePage(SettingsPage):
    """When indexing waits."""

    heading = mark("Schedule")

    def __init__(self) -> None:
        super().__init__()
        self.wait_on_battery = WrappingCheckBox(tr("Pause while this computer runs on battery"))
        self.wait_on_load = WrappingCheckBox(tr("Pause while other programs use the processor"))
        self.ask_first = WrappingCheckBox(tr("Ask before sending text to my server"))
        card = self.add_card(
            tr("When indexing waits"),
            tr("New and changed files stay searchable by their words. You can resume indexing in the status bar."),
        )
        add_option(card, self.wait_on_battery, tr("Saves the battery. Does not re-index your documents."))
        add_option(card, self.wait_on_load, tr("Keeps other programs fast. Does not re-index your documents."))
        add_option(card, self.ask_first, tr("A server of your own may cost money. Does not re-index your documents."))

    def values(self) -> dict[str, object]:
        return {
            "wait_on_battery": self.wait_on_battery.isChecked(),
            "wait_on_load": self.wait_on_load.isChecked(),
            "ask_before_embedding": self.ask_first.isChecked(),
        }

    def show_values(self, settings: Settings) -> None:
        self.wait_on_battery.setChecked(settings.wait_on_battery)
        self.wait_on_load.setChecked(settings.wait_on_load)
        self.ask_first.setChecked(settings.ask_before_embedding)


class AppearancePage(SettingsPage):
    """The look of the window and the density of its list, which are no fields of `Settings`, and the language."""

    heading = mark("Appearance and language")

    def __init__(self, look: Choice, density: Density) -> None:
        super().__init__()
        self.look = QComboBox()
        self.look.addItems([tr("Match system"), tr("Light"), tr("Dark")])
        self.look.setCurrentIndex(CHOICES.index(look))
        self.density = QComboBox()
        for choice in DENSITIES:
            self.density.addItem(density_title(choice), choice)
        self.density.setCurrentIndex(DENSITIES.index(density))
        self.thumbnails = WrappingCheckBox(tr("Small pictures of PDFs and images in the result list"))
        self.language = QComboBox()
        self.language.addItem(tr("Match system"), "")
        for tag in languages():
            self.language.addItem(_own_name(tag), tag)
        ignore_wheel(self.look, self.density, self.language)
        card = self.add_card(tr("Window"))
        add_option(card, self.look, tr("Used at once. Does not re-index your documents."), tr("Appearance"))
        add_option(
            card,
            self.density,
            tr("Compact rows show more results at once. Does not re-index your documents."),
            tr("Result list"),
        )
        add_option(
            card,
            self.thumbnails,
            tr("Kept on this computer, up to 64 MB; turning this off deletes them. Does not re-index your documents."),
        )
        add_option(
            card,
            self.language,
            tr("Takes effect when you start Findling again. Does not re-index your documents."),
            tr("Language"),
        )

    def values(self) -> dict[str, object]:
        return {"language": self.language.currentData()}

    def show_values(self, settings: Settings) -> None:
        self.language.setCurrentIndex(max(0, self.language.findData(settings.language)))


def _own_name(tag: str) -> str:
    """A language's name in itself: English, Deutsch, 简体中文. Babel would load all its data of each for that."""
    return QLocale(tag if "_" in tag else f"{tag}_001").nativeLanguageName()  # of the world, not "American English"
