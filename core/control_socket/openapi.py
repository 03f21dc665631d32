"""The OpenAPI document of the operations, made from the value types that they take and return."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from core import VERSION
from core.control_socket.operation import NoValue, Operation

JSON = "application/json"
REF = "#/components/schemas/{name}"


@dataclasses.dataclass(frozen=True, slots=True)
class ErrorFacts:
    """What is wrong: `code` for programs, `sentence` and `remedy` for people, in the language in use."""

    code: str
    sentence: str
    remedy: str


@dataclasses.dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """The body of every answer that is an error."""

    error: ErrorFacts


def openapi(operations: Iterable[Operation]) -> dict[str, Any]:
    """The document, for OpenAPI 3.1."""
    listed = sorted(operations, key=lambda each: each.path)
    types = [ErrorAnswer, *(type_ for each in listed for type_ in (each.request, each.response))]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    error, rest = schemas[0], iter(schemas[1:])
    paths: dict[str, dict[str, Any]] = {}
    for each in listed:
        request, response = next(rest), next(rest)
        paths.setdefault(f"/v1/{each.path}", {})[each.method.lower()] = _described(
            each, request, response, error, components
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Findling",
            "version": VERSION,
            "description": "What Findling answers on the socket in the library's folder, to programs of the same user.",
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _described(
    operation: Operation,
    request: dict[str, Any],
    response: dict[str, Any],
    error: dict[str, Any],
    components: dict[str, Any],
) -> dict[str, Any]:
    media = "text/event-stream" if operation.is_stream else operation.media
    if operation.media != JSON:
        response = {"type": "string", "format": "binary"}
    described: dict[str, Any] = {
        "operationId": operation.path.replace("/", "_"),
        "summary": operation.summary,
        "responses": {
            "200": {"description": "Done.", "content": {media: {"schema": response}}},
            "default": {"description": "What is wrong.", "content": {"application/json": {"schema": error}}},
        },
    }
    if operation.request is NoValue:
        return described
    if operation.method == "GET":
        described["parameters"] = _parameters(components[operation.request.__name__])
    else:
        required = bool(components[operation.request.__name__].get("required"))
        described["requestBody"] = {"required": required, "content": {"application/json": {"schema": request}}}
    return described


def _parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required: Collection[str] = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": facts}
        for name, facts in schema["properties"].items()
    ]
