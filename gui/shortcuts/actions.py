"""Every action of the main window that has a shortcut, by group, with its keys by default."""

from __future__ import annotations

from dataclasses import dataclass

from core.messages import mark, tr

NUMBERED = 9  # results that keys of their own open


@dataclass(frozen=True, slots=True)
class ShortcutAction:
    """`keys` are as `QKeySequence` names them in its portable format; `text` and `heading` are not translated yet.

    `mirrored` is the action whose keys it has in a window from right to left.
    """

    name: str
    heading: str
    text: str
    keys: tuple[str, ...]
    mirrored: str = ""

    @property
    def title(self) -> str:
        """What it does, in the language in use."""
        if self.name.startswith("open_result_"):
            return tr("Open result {number}", number=int(self.name.rpartition("_")[2]))
        return tr(self.text)

    @property
    def group(self) -> str:
        """The heading it is listed under, in the language in use."""
        return tr(self.heading)


_SEARCH, _RESULTS, _PREVIEW = mark("Search"), mark("Results"), mark("Preview")
_LIBRARY, _WINDOW = mark("Folders and library"), mark("Window")

ACTIONS: dict[str, ShortcutAction] = {
    action.name: action
    for action in (
        ShortcutAction("search", _SEARCH, mark("Go to the search box"), ("Ctrl+L",)),
        ShortcutAction("find", _SEARCH, mark("Find: in the document if it has the focus, else search"), ("Ctrl+F",)),
        ShortcutAction("complete", _SEARCH, mark("Show all filters"), ("Ctrl+Space",)),
        ShortcutAction("save_search", _SEARCH, mark("Save this search"), ("Ctrl+D",)),
        ShortcutAction("back", _SEARCH, mark("Back"), ("Alt+Left",), "forward"),
        ShortcutAction("forward", _SEARCH, mark("Forward"), ("Alt+Right",), "back"),
        ShortcutAction("syntax", _SEARCH, mark("What you can type"), ("Shift+F1",)),
        ShortcutAction("folder", _RESULTS, mark("Open containing folder"), ("Ctrl+Return",)),
        ShortcutAction("copy_path", _RESULTS, mark("Copy path"), ("Ctrl+Shift+C",)),
        ShortcutAction("properties", _RESULTS, mark("Properties"), ("Alt+Return",)),
        ShortcutAction("find_similar", _RESULTS, mark("Find similar passages"), ("Ctrl+Shift+F",)),
        *(
            ShortcutAction(f"open_result_{number}", _RESULTS, "", (f"Ctrl+{number}",))
            for number in range(1, NUMBERED + 1)
        ),
        ShortcutAction("toggle_preview", _PREVIEW, mark("Show or hide the preview"), ("F9",)),
        ShortcutAction("next_match", _PREVIEW, mark("Next match"), ("Alt+Down", "F3")),
        ShortcutAction("previous_match", _PREVIEW, mark("Previous match"), ("Alt+Up", "Shift+F3")),
        ShortcutAction("next_passage", _PREVIEW, mark("Next passage"), ("Alt+PgDown",)),
        ShortcutAction("previous_passage", _PREVIEW, mark("Previous passage"), ("Alt+PgUp",)),
        ShortcutAction("find_in_document", _PREVIEW, mark("Find in this document"), ("Ctrl+Shift+G",)),
        ShortcutAction("zoom_in", _PREVIEW, mark("Larger"), ("Ctrl++", "Ctrl+=")),
        ShortcutAction("zoom_out", _PREVIEW, mark("Smaller"), ("Ctrl+-",)),
        ShortcutAction("zoom_actual", _PREVIEW, mark("Actual size"), ("Ctrl+0",)),
        ShortcutAction("add_folder", _LIBRARY, mark("Add folder"), ("Ctrl+O",)),
        ShortcutAction("check_folders", _LIBRARY, mark("Check the folders for changes"), ("F5",)),
        ShortcutAction("problems", _LIBRARY, mark("Problems"), ("Ctrl+Shift+E",)),
        ShortcutAction("why", _LIBRARY, mark("Why isn’t a file found?"), ("Ctrl+Shift+W",)),
        ShortcutAction("privacy", _LIBRARY, mark("Privacy: what leaves this computer"), ("Ctrl+Shift+P",)),
        ShortcutAction("settings", _WINDOW, mark("Settings"), ("Ctrl+,",)),
        ShortcutAction("help", _WINDOW, mark("Help"), ("F1",)),
        ShortcutAction("quit", _WINDOW, mark("Quit"), ("Ctrl+Q",)),
    )
}

# Keys that mean the same in every list and text field, and stay as they are.
FIXED_KEYS: dict[str, str] = {
    "Return": mark("Open"),
    "Enter": mark("Open"),
    "Esc": mark("Clear the search, then hide the window"),
    "Space": mark("Show or hide the preview, from the list"),
    "Tab": mark("Go to the next control"),
    "Shift+Tab": mark("Go to the previous control"),
    "Ctrl+C": mark("Copy"),
    "Ctrl+V": mark("Paste"),
    "Ctrl+X": mark("Cut"),
    "Ctrl+A": mark("Select all"),
    "Ctrl+Z": mark("Undo"),
    **dict.fromkeys(("Up", "Down", "Left", "Right", "PgUp", "PgDown", "Home", "End"), mark("Move in the list")),
    **dict.fromkeys(("Del", "Backspace"), mark("Delete text")),
}
