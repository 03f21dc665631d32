"""The reasons of problems as headings of a list of files, and what would help, by `core.errors.ProblemCode`."""

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "problem_reason.protected": Template(
        mark("Protected by a password"),
        mark("The password helps: open the file with it, save a copy without it, and try again."),
    ),
    "problem_reason.broken": Template(
        mark("Damaged, or with the wrong extension"),
        mark("Another program may help: open the file in it and save it again, or correct the extension."),
    ),
    "problem_reason.too_large": Template(
        mark("Larger than the limit for its type"),
        mark("A larger limit helps: raise it in Settings > Files. Splitting the file helps, too."),
    ),
    "problem_reason.timed_out": Template(
        mark("Reading took too long"),
        mark("Trying again while the computer is less busy may help, or a smaller copy of the file."),
    ),
    "problem_reason.crashed": Template(
        mark("Reading failed"),
        mark("Trying again may help, or a copy saved by another program."),
    ),
    "problem_reason.no_text": Template(
        mark("No readable text (probably a scan)"),
        mark("Text recognition (OCR) helps: turn it on in Settings > Files, or read the text from the preview."),
    ),
    "problem_reason.no_words": Template(
        mark("No readable text"),
        mark("Nothing is needed, unless a file shows pictures of text: save it as a PDF to search them."),
    ),
    "problem_reason.scanned_pages": Template(
        mark("Some pages without text (probably scans)"),
        mark("Text recognition (OCR) helps: turn it on in Settings > Files, or read the text from the preview."),
    ),
    "problem_reason.garbled": Template(
        mark("Garbled text"),
        mark("Text recognition (OCR) helps, or saving the file again from the program that made it."),
    ),
    "problem_reason.truncated": Template(
        mark("Very long: only the beginning is searchable"),
        mark("Splitting the file into several ones helps."),
    ),
    "problem_reason.data_left_out": Template(
        mark("Numbers or minified code: only the beginning is searchable"),
        mark("Nothing is needed. To search the rest, open the file in its own program."),
    ),
    "problem_reason.partial": Template(
        mark("Only the first pages could be read"),
        mark("Another program may help: open the file in it and save it again."),
    ),
    "problem_reason.refused": Template(
        mark("Part of the text could not be embedded"),
        mark("Another model or engine may help. Until then the file is found by its words."),
    ),
    "problem_reason.unreadable": Template(
        mark("Cannot be opened"),
        mark("Permission to read the file helps. If you have it, check the disk."),
    ),
    "problem_reason.vanished": Template(
        mark("Disappeared before it could be read"),
        mark("Nothing is needed: the next scan removes the file from the list."),
    ),
}
