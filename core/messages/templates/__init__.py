"""The template of every message that core reports, one module an area; `TEMPLATES` is all of them by code."""

from core.messages.message import Template
from core.messages.templates import embedding, general, problems, storage

TEMPLATES: dict[str, Template] = {
    **general.TEMPLATES,
    **storage.TEMPLATES,
    **embedding.TEMPLATES,
    **problems.TEMPLATES,
}
