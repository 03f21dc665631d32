"""The template of every message that core reports, one module an area; `ALL_TEMPLATES` is all of them by code."""

from core.messages.message import Template
from core.messages.templates import (
    cli,
    diagnostics,
    embedding,
    engine,
    general,
    graphics_card,
    indexing,
    library,
    ocr,
    problem_reasons,
    problems,
    settings,
    sglang,
    sign_in,
    storage,
    team_library,
    transfer,
    unread,
    vector_store,
    weights,
)

AREAS = (
    cli,
    diagnostics,
    embedding,
    engine,
    general,
    graphics_card,
    indexing,
    library,
    ocr,
    problem_reasons,
    problems,
    settings,
    sglang,
    sign_in,
    storage,
    team_library,
    transfer,
    unread,
    vector_store,
    weights,
)


def _collected() -> dict[str, Template]:
    templates: dict[str, Template] = {}
    for area in AREAS:
        for code, template in area.TEMPLATES.items():
            if code in templates:
                raise ValueError(f"two templates of the code {code!r}")
            templates[code] = template
    return templates


ALL_TEMPLATES: dict[str, Template] = _collected()
