"""Messages about the settings file."""

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "settings.unreadable": Template(
        mark("The settings in {path} cannot be read."), mark("Correct or delete that file.")
    ),
    "settings.no_object": Template(
        mark("The settings in {path} are not a JSON object."), mark("Correct or delete that file.")
    ),
}
