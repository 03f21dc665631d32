"""Messages about a library: its folder, its folders, its sessions, and recovery."""

from core.messages.message import Template
from core.messages.translate import mark

_WAIT_LONGER = mark("Wait longer.")

TEMPLATES: dict[str, Template] = {
    "library.locked": Template(
        mark("Another Findling is writing to the library in {folder}."), mark("Use that one, or close it first.")
    ),
    "library.missing": Template(
        mark("There is no library in {folder} yet."), mark("Index a folder first: findling index FOLDER")
    ),
    "library.not_writable": Template(
        mark("The library in {folder} cannot be written ({reason})."),
        mark("Check the folder's permissions or choose another one."),
    ),
    "library.disk_full": Template(
        mark("The disk that holds the library is full."), mark("Free some space and try again.")
    ),
    "library.read_only": Template(
        mark("This library was opened to be read only."), mark("Open it without read_only to change it.")
    ),
    "library.disk_read_only": Template(
        mark("The library in {folder} is on a disk that cannot be written. You can search it as it is."),
        mark("To index new and changed files, make the disk or the folder writable and open Findling again."),
    ),
    "library.closed": Template(mark("The library was closed."), mark("Open it again.")),
    "library.changing_settings": Template(mark("The new settings are still being applied."), _WAIT_LONGER),
    "library.not_complete": Template(mark("Indexing was not complete after {seconds} seconds."), _WAIT_LONGER),
    "library.still_opening": Template(mark("The library is still being opened."), mark("Try again soon.")),
    "library.no_reranker": Template(
        mark("There is no reranker in the settings."), mark("Choose one in the settings of the model and engine.")
    ),
    "library.job_running": Template(
        mark("Something else is being downloaded or installed at the moment."), mark("Wait for it, or cancel it.")
    ),
    "library.bug": Template(
        mark("Something went wrong in Findling. Please report it."), mark("Try again, and report this.")
    ),
    "folder.missing": Template(mark("There is no file or folder {path}."), mark("Check the name.")),
    "folder.neither": Template(
        mark("{path} is neither a folder nor a document."), mark("Choose a folder or a document.")
    ),
    "folder.not_readable": Template(mark("You may not read {path}."), mark("Check its permissions.")),
    "folder.own_library": Template(mark("{path} is Findling's own library."), mark("Choose another folder.")),
    "folder.not_added": Template(mark("{path} is not one of the folders."), mark("See the list of folders.")),
    "work.opening": Template(mark("Opening the library")),
    "work.backing_up": Template(mark("Backing up the library before it is updated")),
    "work.updating": Template(mark("Updating the library for this version of Findling")),
    "work.checking_after_crash": Template(mark("Findling was not closed properly the last time: checking the library")),
    "work.reading_missing": Template(mark("Reading what is missing")),
    "work.checking_catalogue": Template(mark("Checking the catalogue")),
    "work.checking_texts": Template(mark("Checking the texts")),
    "work.scanning": Template(mark("Scanning the folders")),
    "work.checking_words": Template(mark("Checking the word index")),
    "work.checking_vectors": Template(mark("Checking the vector index")),
    "work.repairing": Template(mark("Repairing")),
    "work.replacing": Template(mark("Putting the new catalogue in place")),
    "work.checking_copy": Template(mark("Checking the copy of {when:date} {when:time}")),
    "recovery.from_copy": Template(
        mark(
            "The damaged catalogue was set aside as {folder}. Its copy of {when:date} {when:time} took its place; "
            "{texts} texts and {vectors} vectors were recovered from the damaged one. What is missing is read again."
        )
    ),
    "recovery.from_copy_without_folders": Template(
        mark(
            "The damaged catalogue was set aside as {folder}. Its copy of {when:date} {when:time} took its place; "
            "{texts} texts and {vectors} vectors were recovered from the damaged one. Your list of folders is lost: "
            "add them again."
        )
    ),
    "recovery.rebuilt": Template(
        mark(
            "The damaged catalogue was set aside as {folder}, and a new one was made; {texts} texts and {vectors} "
            "vectors were recovered from the damaged one. What is missing is read again."
        )
    ),
    "recovery.rebuilt_without_folders": Template(
        mark(
            "The damaged catalogue was set aside as {folder}, and a new one was made; {texts} texts and {vectors} "
            "vectors were recovered from the damaged one. Your list of folders is lost: add them again."
        )
    ),
}
