"""Messages about the export and import of settings."""

from core.messages.message import Template
from core.messages.translate import mark

_ANOTHER = mark("Choose a file that Findling has exported.")

TEMPLATES: dict[str, Template] = {
    "transfer.unreadable": Template(mark("{path} cannot be read."), _ANOTHER),
    "transfer.not_ours": Template(mark("{path} was not exported by Findling."), _ANOTHER),
    "transfer.newer": Template(
        mark("{path} was exported by a newer Findling."), mark("Update Findling on this computer.")
    ),
    "transfer.wrong_value": Template(
        mark("{path} has a value that does not fit ({problem})."), mark("Export it again, or correct the file.")
    ),
    "transfer.wrong_setting": Template(
        mark("The setting {name} cannot be {value}."), mark("Export it again, or correct the file.")
    ),
    "transfer.not_writable": Template(mark("{path} cannot be written ({reason})."), mark("Choose another folder.")),
}
