"""Messages of the command line."""

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "cli.input_unreadable": Template(mark("The text on the input cannot be read."), mark("It must be UTF-8.")),
    "cli.batch_unreadable": Template(mark("{path} cannot be read."), mark("Check its name; it must be UTF-8.")),
    "cli.batch_line": Template(
        mark("Line {line} of {path} is not a query."), mark('Each line is a JSON object with "_id" and "text".')
    ),
    "cli.library_not_open": Template(
        mark("No Findling has this library open, so its engine is not running."), mark("Try again.")
    ),
    "cli.no_larger_model": Template(
        mark("The library's model comes with Findling, and no larger one fits on a graphics card of this machine."),
        mark("Name one of {models} to download it anyway."),
    ),
}
