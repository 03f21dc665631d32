"""The behaviour of a server as a client sees it, in a form that can be compared."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from core.engine.probe.http import Endpoint

PHASES = ("server_args=", "Load weight begin", "Load weight end", "max_total_num_tokens=", "The server is fired up")


def observed(endpoint: Endpoint, log: list[str]) -> dict[str, Any]:
    """Statuses, the shape of answers, and the order of the log's phases."""
    root = endpoint.base_url.removesuffix("/v1")
    asked = {
        "health": _answer(endpoint, f"{root}/health", None),
        "models": _answer(endpoint, f"{root}/v1/models", None),
        "one": _answer(endpoint, f"{root}/v1/embeddings", {"model": "any", "input": "hello"}),
        "two": _answer(endpoint, f"{root}/v1/embeddings", {"model": "any", "input": ["hello", "world"]}),
        "coded": _answer(
            endpoint, f"{root}/v1/embeddings", {"model": "any", "input": "hello", "encoding_format": "base64"}
        ),
        "blank": _answer(endpoint, f"{root}/v1/embeddings", {"model": "any", "input": ["hello", " "]}),
        "nothing": _answer(endpoint, f"{root}/v1/embeddings", {"model": "any", "input": []}),
        "elsewhere": _answer(endpoint, f"{root}/v1/nowhere", {"model": "any"}),
    }
    places = [next((at for at, line in enumerate(log) if phase in line), -1) for phase in PHASES]
    return asked | {
        "wrong key": _answer(endpoint, f"{root}/v1/models", None, key="wrong"),
        "phases": [phase for _, phase in sorted(zip(places, PHASES, strict=True)) if _ >= 0],
        "key in the log": any(endpoint.api_key in line for line in log),
    }


def _answer(endpoint: Endpoint, url: str, body: dict[str, Any] | None, key: str = "") -> tuple[int, Any]:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key or endpoint.api_key}"}
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, _shape(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, None


def _shape(data: bytes) -> Any:
    """An answer without its values: the names that clients read, and how many entries there are."""
    if not data:
        return None
    value = json.loads(data)
    entries = value["data"]
    kinds = [type(entry.get("embedding")).__name__ for entry in entries]
    return value["object"], [entry.get("index") for entry in entries], kinds, [entry["object"] for entry in entries]
