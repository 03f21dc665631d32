"""A model hub, whose client runs in a separate process that can be ended at any moment."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from core.engine.model_download import hubs
from core.engine.model_download.hubs import File, Request
from core.engine.model_download.manifest import Manifest
from core.errors import BadInputError, FindlingError, ModelError, StorageFullError
from core.processes import run
from core.processes.isolated import module_command
from core.settings import Hub

BRANCHES = {"huggingface": "main", "modelscope": "master"}
ENDPOINTS = {"huggingface": hubs.HUGGING_FACE, "modelscope": hubs.MODEL_SCOPE}
TITLES = {"huggingface": "Hugging Face", "modelscope": "ModelScope"}
NEEDED_SUFFIXES = (".safetensors", ".json", ".txt", ".jinja", ".model")  # the files that a server reads


def endpoint(hub: Hub, mirror: str) -> str:
    """The hub's address, or that of the mirror; raises BadInputError if it is not an address."""
    address = mirror.strip()
    if not address:
        return ENDPOINTS[hub]
    parts = urlsplit(address if "://" in address else f"https://{address}")
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w.-]+(:\d+)?", parts.netloc):
        raise BadInputError("download.bad_mirror", mirror=mirror)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


@dataclass(frozen=True)
class HubSource:
    """One hub at one address. `scratch` is a folder for the clients' own files."""

    hub: Hub
    address: str
    proxy: str
    key: str = field(repr=False)
    scratch: Path
    cancelled: threading.Event

    def plan(self, repository: str) -> Manifest:
        """The files to download of a model; raises ModelError, StorageFullError, Cancelled."""
        answer = self._ask(Request(self.hub, self.address, repository, BRANCHES[self.hub]), lambda: None)
        files = tuple(File(**file) for file in answer["files"] if _is_needed(file["path"]))
        for file in files:
            if not _is_inside(file.path) or not re.fullmatch(r"sha256:[0-9a-f]{64}|git:[0-9a-f]{40}", file.sum):
                raise ModelError("download.unknown_listing", hub=self._name)
        if not any(file.path.endswith(".safetensors") for file in files):
            raise ModelError("download.no_weights", hub=self._name, repository=repository)
        return Manifest(self.hub, repository, answer["revision"], tuple(sorted(files, key=lambda file: file.size)))

    def fetch(self, plan: Manifest, folder: Path, tick: Callable[[], None]) -> None:
        """Download the files that are not in the folder yet; raises as `plan`."""
        self._ask(Request(self.hub, self.address, plan.repository, plan.revision, str(folder), plan.files), tick)

    @property
    def _name(self) -> str:
        return TITLES[self.hub] if self.address == ENDPOINTS[self.hub] else self.address

    def _ask(self, request: Request, tick: Callable[[], None]) -> dict[str, Any]:
        output: deque[str] = deque(maxlen=20)
        own = {"HF_HOME": str(self.scratch), "MODELSCOPE_HOME": str(self.scratch)}
        own |= {"MODELSCOPE_CACHE": str(self.scratch), hubs.KEY_VARIABLE: self.key}
        code = run.run(
            module_command("core.engine.model_download.hubs", request.to_json()),
            run.variables(self.proxy, hubs.PRIVATE | own),
            self.cancelled,
            on_line=output.append,
            on_tick=tick,
        )
        answer = _answer(output)
        if code or "failed" in answer:
            raise self._trouble(answer.get("failed", "other"), str(answer.get("about") or _last(output)), request)
        return answer

    def _trouble(self, kind: str, about: str, request: Request) -> FindlingError:
        if kind == "full":
            return StorageFullError("download.disk_full")
        if kind == "gone":
            return ModelError("download.gone", hub=self._name, repository=request.repository)
        if kind == "refused":
            return ModelError("download.forbidden", hub=self._name, repository=request.repository)
        if kind == "checksum":
            return ModelError("download.checksum", file=about)
        if kind == "offline":
            return ModelError("download.offline")
        if kind == "network":
            return ModelError("download.network", hub=self._name, reason=about[:200])
        return ModelError("download.failed", reason=about[:200])


def _is_needed(path: str) -> bool:
    file = PurePosixPath(path)
    is_model_file = file.suffix in NEEDED_SUFFIXES or file.name.startswith("LICENSE")
    return is_model_file and not file.name.startswith(".") and file.parts[0] not in ("onnx", "openvino")


def _is_inside(path: str) -> bool:
    """Whether a path from a hub stays in the folder."""
    parts = path.split("/")
    return "\\" not in path and "\0" not in path and all(part not in ("", ".", "..") for part in parts)


def _answer(output: deque[str]) -> dict[str, Any]:
    for text in reversed(output):
        if text.startswith("{"):
            try:
                answer = json.loads(text)
            except ValueError:
                continue
            if isinstance(answer, dict):
                return answer
    return {}


def _last(output: deque[str]) -> str:
    return output[-1] if output else "the client ended without output"
