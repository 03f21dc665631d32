"""Requests made from the OpenAPI document of the API, and the check of their answers against it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import jsonschema
from hypothesis import strategies as st

from core.control_socket.location import connect

ANSWERED = frozenset({200, 400, 404, 405, 409, 503})  # all but 500: a bug
TIMEOUT = 60.0
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Described:
    """An operation of the document, with the schemas of its fields."""

    path: str
    method: str
    fields: dict[str, Any]
    media: str


def operations(document: Document) -> Iterator[Described]:
    """Those of a document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            fields = {each["name"]: each["schema"] for each in operation.get("parameters", ())}
            if "requestBody" in operation:
                name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                fields = document["components"]["schemas"][name]["properties"]
            yield Described(path, method, fields, *operation["responses"]["200"]["content"])


def facts(described: Described, paths: Sequence[str] = ()) -> st.SearchStrategy[dict[str, Any]]:
    """Fields with values that they take and others, some left out, one unknown; `paths` are in the library."""
    known = {name: _values(schema) for name, schema in described.fields.items()}
    if "path" in known and paths:
        known["path"] = st.one_of(known["path"], st.sampled_from(paths))
    some = st.fixed_dictionaries({}, optional=known)
    with_unknown = st.fixed_dictionaries({"other": st.just("x")}, optional=known)
    return st.one_of(st.fixed_dictionaries(known), some, some, with_unknown)


def _values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a field, and some that it does not take."""
    by_type: dict[str, st.SearchStrategy[Any]] = {
        "string": st.text(max_size=40).map(lambda text: os.fsdecode(text.encode("utf-8", "replace"))),
        "integer": st.integers(-(2**70), 2**70),
        "number": st.floats(allow_nan=False) | st.integers(),
        "boolean": st.booleans(),
        "array": st.lists(st.text(max_size=20), max_size=3),
        "null": st.none(),
    }
    if "enum" in schema:
        return st.one_of(st.sampled_from(schema["enum"]), st.just("x"))
    kinds = [each.get("type", "null") for each in schema.get("anyOf", [schema])]
    return st.one_of(*(by_type.get(kind, st.none()) for kind in kinds), st.just(""), st.just("x\x00y"))


def request_of(described: Described, given_facts: dict[str, Any]) -> bytes:
    """The bytes of a request; what is no text is written as JSON or as Python writes it."""
    head = "Host: localhost\r\nConnection: close\r\n"
    if described.method == "get":
        pairs = (f"{name}={quote_from_bytes(_text(value))}" for name, value in given_facts.items())
        return f"GET {described.path}?{'&'.join(pairs)} HTTP/1.1\r\n{head}\r\n".encode()
    body = json.dumps(given_facts).encode()
    return f"POST {described.path} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _text(value: Any) -> bytes:
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else str(value).encode()


def exchange(root: Path, request: bytes) -> tuple[int, bytes]:
    """(status, body) of what comes back for some bytes; 0 if the connection was closed without an answer."""
    peer = connect(root, TIMEOUT)
    assert peer is not None, "nobody answers any more"
    received = bytearray()
    with peer:
        try:
            peer.sendall(request)
            while piece := peer.recv(1 << 16):
                received += piece
        except ConnectionError:  # it closes before it has read all
            pass
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    return (int(head[9:12]), body) if head.startswith(b"HTTP/1.") else (0, bytes(received))


def complaint(document: Document, described: Described, status: int, body: bytes) -> str:
    """What is wrong with an answer; "" if nothing."""
    if status not in ANSWERED:
        return f"status {status}: {body[:300]!r}"
    try:
        if status == 200 and described.media == "application/json":
            check(document, described.path, described.method, json.loads(body))
        elif status != 200:
            jsonschema.Draft202012Validator(_error(document)).validate(json.loads(body))
    except (ValueError, jsonschema.ValidationError) as error:
        return f"status {status}: {str(error)[:300]}"
    return ""


def check(document: Document, path: str, method: str, answer: Any) -> None:
    """Whether an answer is what the document says, with no key that it does not know; raises ValidationError."""
    closed = {
        name: {**schema, "additionalProperties": False} if "properties" in schema else schema
        for name, schema in document["components"]["schemas"].items()
    }
    (content,) = document["paths"][path][method]["responses"]["200"]["content"].values()
    schema = {**content["schema"], "components": {"schemas": closed}}
    jsonschema.Draft202012Validator(schema).validate(answer)


def _error(document: Document) -> dict[str, Any]:
    return {"$ref": "#/components/schemas/ErrorAnswer", "components": document["components"]}
