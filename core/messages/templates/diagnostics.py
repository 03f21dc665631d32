"""Messages of diagnostics: why a file is not found, and what is inconsistent in a library."""

from core.messages.message import Template
from core.messages.translate import mark, plural

_RESCAN = mark("Scan the folders again (F5).")
_REBUILT = mark("It is made again from the catalogue.")
_REEMBEDDED = mark("They are embedded again.")
_RESCANNED = mark("The folders are scanned again.")

TEMPLATES: dict[str, Template] = {
    "explain.outside": Template(
        mark("It is in none of your folders."), mark("Add its folder, or drop it on the window.")
    ),
    "explain.excluded": Template("{reason}", mark("Change the exclusions of the folder, or those in the settings.")),
    "explain.folder": Template(mark("It is a folder, and it is not excluded."), mark("Ask about a file in it.")),
    "explain.link": Template(
        mark("It is a link. Findling reads the file that it points to, at its own place."), mark("Ask about that file.")
    ),
    "explain.linked": Template(
        mark("{link} is a link to the folder {folder}, and links to folders are not followed."),
        mark("Turn on “Follow links to folders” in Settings > Files, or add that folder."),
    ),
    "explain.link_not_followed": Template(
        mark("{link} is a link to {folder}. It is not followed: it leads to a folder that Findling searches anyway."),
        mark("Ask about the file at its own place."),
    ),
    "explain.no_document": Template(
        mark("It is not a document, but a device or a pipe."), mark("Findling never opens it.")
    ),
    "explain.missing": Template(mark("There is no such file."), mark("Check the name.")),
    "explain.gone": Template(mark("The file no longer exists and is removed from the index soon."), _RESCAN),
    "explain.shut": Template(
        mark(
            "Findling cannot look at it, because the folder {folder} may not be read. What is known from there is kept."
        ),
        mark("Give yourself the right to read that folder, and scan the folders again (F5)."),
    ),
    "explain.disconnected": Template(
        mark("Its folder {folder} is not connected at the moment."),
        mark("Connect its disk: what is known of it is kept."),
    ),
    "explain.lost": Template(
        mark("It was deleted or moved away, and is no longer known."),
        mark("Add it again from its new place, or remove it from the list of folders."),
    ),
    "explain.being_scanned": Template(
        mark("Its folder is being scanned, and the file has not been reached yet."), mark("Wait a moment.")
    ),
    "explain.unseen": Template(mark("Findling has not noticed it yet."), _RESCAN),
    "explain.read_to": Template(mark("{how_far}.")),
    "explain.changed": Template(mark("It changed since it was read; its earlier text is found."), _RESCAN),
    "explain.waiting_paused": Template(mark("It waits to be read, and indexing is paused."), mark("Resume indexing.")),
    "explain.being_read": Template(mark("It is being read at this moment.")),
    "explain.waiting": Template(mark("It waits to be read."), mark("It is read once indexing runs.")),
    "explain.queued": Template(mark("It waits to be read, at place {place} of the queue.")),
    "explain.failed": Template(mark("{problem} It is found by its name only."), "{remedy}"),
    "explain.failed_with_detail": Template(mark("{problem} ({detail}) It is found by its name only."), "{remedy}"),
    "explain.cutting": Template(mark("It was read, and its text is being prepared."), mark("Wait a moment.")),
    "explain.members": Template(
        plural(
            "Its {count} message is a document of its own, which is searched.",
            "Its {count} messages are documents of their own, which are searched.",
        )
    ),
    "explain.archive_members": Template(
        plural(
            "The {count} file in it is a document of its own, which is searched.",
            "The {count} files in it are documents of their own, which are searched.",
        )
    ),
    "explain.archive_names": Template(
        mark("Of the files in it, only the names are read."),
        mark("To search the files too, turn on “Search the files in archives” in the settings, under Files."),
    ),
    "explain.empty": Template(mark("The file is empty."), mark("It is found by its name.")),
    "explain.read_recently": Template(mark("It was read a moment ago; its words are found in a few seconds.")),
    "explain.words_only": Template(
        plural(
            "It is searchable by its words in {count} passage, not by meaning yet.",
            "It is searchable by its words in {count} passages, not by meaning yet.",
        ),
        mark("Meaning follows as the engine gets there."),
    ),
    "explain.partly_by_meaning": Template(
        plural(
            "It is searchable by its words in {count} passage, {embedded} of them by meaning too.",
            "It is searchable by its words in {count} passages, {embedded} of them by meaning too.",
        ),
        mark("Meaning follows as the engine gets there."),
    ),
    "explain.complete": Template(
        plural(
            "It is searchable by its words in {count} passage, and by meaning.",
            "It is searchable by its words in {count} passages, and by meaning.",
        )
    ),
    "readers.not_confined": Template(
        mark("This system cannot confine the processes that read your documents; they are limited in memory and time."),
        mark("Linux 5.13 or later with Landlock and seccomp can."),
    ),
    "inconsistency.damaged": Template(
        mark("The catalogue is damaged."), mark("Repairing sets it aside and recovers what it holds.")
    ),
    "inconsistency.texts": Template(mark("Damaged texts: {count}."), mark("They are read again.")),
    "inconsistency.passages": Template(
        mark("Damaged passages of texts: {count}."), mark("They are split into passages again.")
    ),
    "inconsistency.sketches": Template(
        mark("Damaged notes on which documents are alike: {count}."), mark("They are made again.")
    ),
    "inconsistency.files": Template(mark("Damaged entries in the list of files: {count}."), _RESCANNED),
    "inconsistency.lists": Template(
        mark("Damaged entries in the lists of folders and models: {count}."),
        mark("Their second copy takes their place."),
    ),
    "inconsistency.records": Template(
        mark("Damaged entries in the records of work done: {count}."), mark("They are made again.")
    ),
    "inconsistency.lookups": Template(
        mark("The catalogue's lookup indexes are damaged."), mark("They are made again.")
    ),
    "inconsistency.settings": Template(
        mark("The file with the settings is damaged."), mark("Its second copy takes its place.")
    ),
    "inconsistency.remembered": Template(
        mark("Damaged files with saved searches or the history: {count}."),
        mark("Their second copies take their place."),
    ),
    "inconsistency.backups": Template(
        mark("Damaged backups of the catalogue: {count}."), mark("They are deleted, and a new one is made.")
    ),
    "inconsistency.implausible": Template(
        mark("Documents stored with titles, pages or passages that cannot be right: {count}."),
        mark("They are read again."),
    ),
    "inconsistency.unknown_problems": Template(
        mark("Files stored with a problem that Findling does not know: {count}."), mark("They are read again.")
    ),
    "inconsistency.textless": Template(
        mark("Files that are marked as read but have no text: {count}."), mark("They are read again.")
    ),
    "inconsistency.cuts": Template(
        mark("Texts that lack some of their passages: {count}."), mark("They are split into passages again.")
    ),
    "inconsistency.bad_vectors": Template(mark("Damaged vectors: {count}."), _REEMBEDDED),
    "inconsistency.marks": Template(
        mark("Documents that lack vectors but are marked as complete: {count}."), _REEMBEDDED
    ),
    "inconsistency.new": Template(mark("Files in your folders that are not known yet: {count}."), _RESCANNED),
    "inconsistency.changed": Template(mark("Files that changed without being noticed: {count}."), _RESCANNED),
    "inconsistency.gone": Template(mark("Files that are known but no longer exist: {count}."), _RESCANNED),
    "inconsistency.words_unusable": Template("{problem}", _REBUILT),
    "inconsistency.words_absent": Template(mark("The word index is missing."), _REBUILT),
    "inconsistency.words_damaged": Template(mark("The word index is damaged."), _REBUILT),
    "inconsistency.words_missing": Template(
        plural("The word index lacks {count} passage.", "The word index lacks {count} passages."), _REBUILT
    ),
    "inconsistency.words_surplus": Template(
        plural("The word index holds {count} passage too many.", "The word index holds {count} passages too many."),
        _REBUILT,
    ),
    "inconsistency.words_both": Template(
        plural(
            "The word index lacks {count} passage and holds {surplus} too many.",
            "The word index lacks {count} passages and holds {surplus} too many.",
        ),
        _REBUILT,
    ),
    "inconsistency.vectors_absent": Template(mark("The vector index is missing."), _REBUILT),
    "inconsistency.vectors_missing": Template(
        plural("The vector index lacks {count} vector.", "The vector index lacks {count} vectors."), _REBUILT
    ),
    "inconsistency.vectors_surplus": Template(
        plural("The vector index holds {count} vector too many.", "The vector index holds {count} vectors too many."),
        _REBUILT,
    ),
    "inconsistency.vectors_both": Template(
        plural(
            "The vector index lacks {count} vector and holds {surplus} too many.",
            "The vector index lacks {count} vectors and holds {surplus} too many.",
        ),
        _REBUILT,
    ),
}
