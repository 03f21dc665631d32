"""Messages that belong to no single area."""

from core.messages.message import Template

TEMPLATES: dict[str, Template] = {
    # Words of another program (a server, a driver, SQLite), passed on as they are.
    "verbatim": Template("{sentence}", "{remedy}"),
}
