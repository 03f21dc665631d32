"""Messages of the catalogue and the indexes."""

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "storage.full": Template(
        mark("The disk that holds the library is full."),
        mark("Free some space. Indexing continues on its own."),
    ),
    "storage.not_writable": Template(
        mark("The library in {folder} cannot be written."),
        mark("Check the folder's permissions or choose another folder."),
    ),
    "storage.away": Template(
        mark("The library's folder {folder} is gone: it was moved, or its disk was removed."),
        mark("Connect the disk or move the folder back. Findling continues on its own."),
    ),
    "storage.catalogue_busy": Template(
        mark("Another program is using the catalogue of the library in {folder}."),
        mark("Close it and try again."),
    ),
    "storage.text_damaged": Template(
        mark("The stored text of a document is damaged."),
        mark("Findling reads the document again. Search again in a moment, or run: findling doctor --repair"),
    ),
    "storage.catalogue_damaged": Template(
        mark("The catalogue of the library in {folder} is damaged."),
        mark("Your files are not affected. Open Findling to repair it, or run: findling doctor --repair"),
    ),
    "storage.made_by_older_version": Template(
        mark("The library in {folder} was made by an older Findling, or setting it up was interrupted."),
        mark("Index once to update it: findling index FOLDER"),
    ),
    "storage.no_room_to_update": Template(
        mark(
            "Before its library is updated, Findling backs it up: that needs {needed:size}, and {free:size} are free."
        ),
        mark("Free some space and try again. The library is unchanged."),
    ),
    "storage.made_by_newer_version": Template(
        mark("The library in {folder} was written by a newer Findling."),
        mark("Install the latest version of Findling to open it."),
    ),
    "storage.lexical_index_unusable": Template(
        mark("The word index in {folder} cannot be used."),
        mark("Delete that folder. Findling rebuilds the index."),
    ),
    "storage.lexical_index_damaged": Template(
        mark("The word index is damaged."),
        mark("Findling is rebuilding it. Search again in a moment."),
    ),
    "storage.vector_index_not_saved": Template(
        mark("The vector index could not be saved ({reason})."),
        mark("Free some space. Findling saves it again on its own."),
    ),
    # Steps of a repair, shown with a count.
    "storage.recovering_texts": Template(mark("Saving texts and vectors")),
    "storage.recovering_files": Template(mark("Saving the list of files")),
}
