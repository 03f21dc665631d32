"""Whether an engine serves the model that it should: asked by its own API, answered with one real vector."""

from __future__ import annotations

import base64
import functools
import http.client
import json
import math
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from core import paths
from core.errors import EngineAnswerError, EngineUnavailableError
from core.profiles import PROFILES, ModelProfile

LEAST_COSINE = 0.98  # eight bits, other processors and other versions of onnxruntime stay above 0.985
TIMEOUT = 10.0
LARGEST_ANSWER = 4 * 1024 * 1024
LOOPBACK = ("127.0.0.1", "localhost", "::1")
CHECK_SERVER = "Check its address in the settings, and that it is running."
CHECK_MODEL = "Choose the model that it serves in the settings, or start it with the chosen one."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where texts become vectors: an OpenAI-compatible address such as http://127.0.0.1:4321/v1, its key, its model."""

    base_url: str
    api_key: str = field(repr=False)
    profile: ModelProfile


@dataclass(frozen=True, slots=True)
class CheckText:
    """A text as it is sent, prefix and all, and its vector [dimension]."""

    text: str
    vector: NDArray[np.float32]


@functools.cache
def check_text(model_name: str) -> CheckText:
    """The stored check text of a model."""
    folder = next(choice for choice, profile in PROFILES.items() if profile.name == model_name)
    path = paths.resources() / "models" / folder / "check.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    return CheckText(stored["text"], np.frombuffer(base64.b64decode(stored["vector"]), "<f4"))


def check(endpoint: Endpoint, timeout: float = TIMEOUT) -> None:
    """Return if the engine answers with this model's vectors.

    Raises EngineUnavailableError (no answer now) or EngineAnswerError (another model, or no such API).
    """
    _check_name(endpoint, ask(endpoint, "/models", None, timeout))
    stored = check_text(endpoint.profile.name)
    question = {"model": endpoint.profile.name, "input": [stored.text], "encoding_format": "float"}
    _check_vector(endpoint, stored.vector, ask(endpoint, "/embeddings", question, timeout))


def _check_name(endpoint: Endpoint, answer: Any) -> None:
    try:
        names = [str(model["id"]) for model in answer["data"]]
    except (TypeError, KeyError) as error:
        raise EngineAnswerError(f"{_place(endpoint)} does not list its models as it should.", CHECK_SERVER) from error
    wanted = endpoint.profile.name
    if not any(name.rpartition("/")[2].lower() == wanted.lower() for name in names):
        offered = ", ".join(names[:5]) or "no model"
        raise EngineAnswerError(f"{_place(endpoint)} serves {offered}, not {wanted}.", CHECK_MODEL)


def _check_vector(endpoint: Endpoint, expected: NDArray[np.float32], answer: Any) -> None:
    try:
        vector = np.asarray(answer["data"][0]["embedding"], np.float64)
    except (TypeError, KeyError, IndexError, ValueError, OverflowError) as error:
        raise EngineAnswerError(f"{_place(endpoint)} answers without a vector.", CHECK_SERVER) from error
    if vector.shape != expected.shape:
        length = len(vector) if vector.ndim == 1 else 0
        raise EngineAnswerError(
            f"{_place(endpoint)} makes vectors of {length} numbers instead of {len(expected)}.", CHECK_MODEL
        )
    cosine = cosine_of(vector, expected)
    if not cosine >= LEAST_COSINE:
        raise EngineAnswerError(
            f"{_place(endpoint)} makes other vectors than {endpoint.profile.name} (likeness {cosine:.3f}).", CHECK_MODEL
        )


def cosine_of(first: NDArray[Any], second: NDArray[Any]) -> float:
    """The cosine of two vectors; NaN if one is zero or not finite."""
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / lengths if lengths and math.isfinite(lengths) else math.nan


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """A key goes to the address it was given for, and nowhere else."""


def ask(endpoint: Endpoint, path: str, body: dict[str, Any] | None, timeout: float) -> Any:
    """The JSON that an engine answers to a GET, or to a POST of `body`; raises as `check` does."""
    request = _request(endpoint, path, body)
    handlers: Sequence[urllib.request.BaseHandler] = [_NoRedirect()]
    if urlsplit(endpoint.base_url).hostname in LOOPBACK:
        handlers = [*handlers, urllib.request.ProxyHandler({})]
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=timeout) as answer:
            data = answer.read(LARGEST_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(endpoint, error.code) from error
    except (http.client.InvalidURL, UnicodeError):
        raise _unsendable() from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise EngineUnavailableError(f"{_place(endpoint)} does not answer ({reason}).", CHECK_SERVER) from error
    except ValueError:  # of which the words hold the key
        raise _unsendable() from None
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise EngineAnswerError(f"{_place(endpoint)} does not answer in JSON.", CHECK_SERVER) from error


def _request(endpoint: Endpoint, path: str, body: dict[str, Any] | None) -> urllib.request.Request:
    headers = {"Content-Type": "application/json"}
    if endpoint.api_key:
        headers["Authorization"] = f"Bearer {endpoint.api_key}"
    if not _is_web_address(endpoint.base_url):
        raise EngineAnswerError(
            "The address of the engine is not a web address.", "Give one such as http://server:8000/v1 in the settings."
        )
    data = None if body is None else json.dumps(body).encode()
    return urllib.request.Request(endpoint.base_url.rstrip("/") + path, data, headers)  # noqa: S310


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _unsendable() -> EngineAnswerError:
    return EngineAnswerError(
        "The address or the key of the engine holds signs that cannot be sent.", "Enter them again in the settings."
    )


def _refusal(endpoint: Endpoint, status: int) -> EngineAnswerError | EngineUnavailableError:
    if status in (401, 403):
        return EngineAnswerError(f"{_place(endpoint)} refuses the key ({status}).", "Check the key in the settings.")
    if status in (408, 429) or status >= 500:
        return EngineUnavailableError(f"{_place(endpoint)} is not ready ({status}).", CHECK_SERVER)
    return EngineAnswerError(f"{_place(endpoint)} has no embeddings API there ({status}).", CHECK_SERVER)


def _place(endpoint: Endpoint) -> str:
    parts = urlsplit(endpoint.base_url)
    return f"The engine at {parts.hostname}:{parts.port or parts.scheme}"
