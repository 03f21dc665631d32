"""The OpenAI embeddings API: parse and validate a request, build an answer or an error."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.engine.builtin.bert_weights import Floats
from core.engine.builtin.workers import Text
from core.models import ModelSpec

MAX_TEXTS = 4096
Encoding = Literal["float", "base64"]


class ApiError(Exception):
    """A refusal: HTTP status, sentence, and the API's names of its kind and of the parameter at fault."""

    def __init__(
        self, status: int, message: str, *, kind: str = "invalid_request_error", param: str = "", code: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.param = param
        self.code = code

    def body(self) -> dict[str, Any]:
        """The error in the API's format."""
        error = {"message": self.message, "type": self.kind, "param": self.param or None, "code": self.code or None}
        return {"error": error}


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    """Texts or their token ids, the format of the vectors, and the name of the model that is to make them."""

    texts: Sequence[Text]
    encoding: Encoding
    model: str


def read_request(body: bytes, model_spec: ModelSpec, served: Mapping[str, int]) -> EmbeddingRequest:
    """Parse a request for embeddings; raises ApiError.

    `served` are the names of the models with the size of their vocabularies, `model_spec` the one where none is named.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, f"The body is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise ApiError(400, "The body is not a JSON object.")
    model = data.get("model", model_spec.name)
    if not isinstance(model, str) or model not in served:
        raise ApiError(404, f"The model {model!r} is not here.", param="model", code="model_not_found")
    if data.get("encoding_format") not in (None, "float", "base64"):
        raise ApiError(400, "encoding_format must be float or base64.", param="encoding_format")
    if data.get("dimensions") not in (None, model_spec.dimension):
        raise ApiError(400, f"This model has {model_spec.dimension} dimensions, no others.", param="dimensions")
    encoding: Encoding = "base64" if data.get("encoding_format") == "base64" else "float"
    return EmbeddingRequest(_texts(data.get("input"), served[model]), encoding, model)


def _texts(given: object, vocabulary: int) -> Sequence[Text]:
    single = isinstance(given, str) or (isinstance(given, list) and given and all(map(_is_id, given)))
    texts = [given] if single else given
    if not isinstance(texts, list) or not texts:
        raise ApiError(400, "Input cannot be empty: a string, token ids, or a list of either.", param="input")
    if len(texts) > MAX_TEXTS:
        raise ApiError(400, f"At most {MAX_TEXTS} texts in one request.", param="input")
    for index, text in enumerate(texts):
        _check(text, index, vocabulary)
    return texts


def _check(text: object, index: int, vocabulary: int) -> None:
    if isinstance(text, str):
        usable = bool(text.strip())
    elif isinstance(text, list) and all(map(_is_id, text)):
        usable = bool(text)
        if any(not 0 <= number < vocabulary for number in text):
            raise ApiError(400, f"Input at index {index} has token ids that the model does not know.", param="input")
    else:
        raise ApiError(400, f"Input at index {index} is neither a string nor token ids.", param="input")
    if not usable:
        raise ApiError(400, f"Input at index {index} cannot be empty or whitespace only", param="input")


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def answer(vectors: Sequence[Floats], tokens: int, request: EmbeddingRequest) -> dict[str, Any]:
    """The vectors of a request in the order of its texts, with the tokens used."""
    encode = _base64 if request.encoding == "base64" else _floats
    data = [
        {"object": "embedding", "index": index, "embedding": encode(vector)} for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": request.model, "usage": usage}


def _base64(vector: Floats) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()


def _floats(vector: Floats) -> list[float]:
    return [float(value) for value in vector]


def models(specs: Sequence[ModelSpec]) -> dict[str, Any]:
    """The list of models."""
    facts = {"object": "model", "created": 0, "owned_by": "findling"}
    return {
        "object": "list",
        "data": [{"id": spec.name, **facts, "max_model_len": spec.token_limit} for spec in specs],
    }
