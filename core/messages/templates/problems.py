"""What kept a file from being searchable, by `core.errors.ProblemCode`."""

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "problem.protected": Template(
        mark("The file is protected by a password."),
        mark("Save a copy without the password to make it searchable."),
    ),
    "problem.broken": Template(
        mark("The file is damaged or has the wrong extension."),
        mark("Open it in its own program and save it again."),
    ),
    "problem.too_large": Template(
        mark("The file is larger than the limit for its type."),
        mark("Raise the limit in the settings, or split the file."),
    ),
    "problem.timed_out": Template(
        mark("Reading the file took too long and was stopped."),
        mark("Findling tries again later by itself, and when the file changes."),
    ),
    "problem.crashed": Template(
        mark("Reading the file failed: it crashed the reader or needed too much memory."),
        mark("Findling tries again later by itself, and when the file changes."),
    ),
    "problem.no_text": Template(
        mark("No readable text (probably a scan)."),
        mark("To search it by its words, turn on reading text in scans in Settings > Files."),
    ),
    "problem.no_words": Template(
        mark("No readable text."),
        mark("You can find the file by its name. If it shows pictures of text, save it as a PDF to search them."),
    ),
    "problem.scanned_pages": Template(
        mark("Some pages have no text (probably scans)."),
        mark("To search them too, turn on reading text in scans in Settings > Files."),
    ),
    "problem.garbled": Template(
        mark("The text of the file is garbled: its fonts do not say which letters they show."),
        mark("Save it again from the program that made it, or recognize its text (OCR)."),
    ),
    "problem.truncated": Template(
        mark("The file is very long. Only its beginning is searchable."),
        mark("Split the file to make all of it searchable."),
    ),
    "problem.data_left_out": Template(
        mark("Only the beginning is searchable: numbers or minified code follow."),
        mark("No action is needed. To search the rest, open the file in its own program."),
    ),
    "problem.partial": Template(
        mark("Only the first pages could be read."),
        mark("Open the file in its own program and save it again."),
    ),
    "problem.refused": Template(
        mark("The engine could not embed part of the text."),
        mark("You can find the file by its words. Try again with another engine."),
    ),
    "problem.unreadable": Template(
        mark("The file cannot be opened."),
        mark("Check its permissions and the disk."),
    ),
    "problem.vanished": Template(
        mark("The file disappeared before it could be read."),
        mark("No action is needed: the next scan removes it."),
    ),
}
