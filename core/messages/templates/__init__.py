"""The template of every message that core reports, one module an area; `TEMPLATES` is all of them by code."""

from importlib import import_module
from pkgutil import iter_modules

from core.messages.message import Template


def _collected() -> dict[str, Template]:
    templates: dict[str, Template] = {}
    for area in iter_modules(__path__):
        for code, template in import_module(f"{__name__}.{area.name}").TEMPLATES.items():
            if code in templates:
                raise ValueError(f"two templates of the code {code!r}")
            templates[code] = template
    return templates


TEMPLATES: dict[str, Template] = _collected()
