"""A program around the clients of both hubs: lists a model's files, or downloads them one after another.

    python -m core.engine.model_download.hubs REQUEST      (JSON: see `Request`; a key comes in FINDLING_HUB_KEY)

On stdout a line of JSON: the list of files, or nothing, or {"failed": kind, "about": ...}. A file that is being
fetched has ".incomplete" behind its name, and goes on from there the next time; it gets its name when its checksum is
right. Both clients' telemetry, update checks, stored keys and caches are left out by the variables that the caller
sets (`PRIVATE`), before they are imported.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from core import connections

Failure = Literal["gone", "refused", "network", "full", "checksum", "offline", "other"]

HUGGING_FACE = "https://huggingface.co"
MODEL_SCOPE = "https://www.modelscope.cn"
KEY_VARIABLE = "FINDLING_HUB_KEY"
INCOMPLETE = ".incomplete"
BLOCK = 1 << 17
# Xet would use further machines that no mirror replaces, and cannot resume a file.
PRIVATE = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_XET": "1",
    "HF_HUB_DOWNLOAD_TIMEOUT": "30",
    "HF_HUB_ETAG_TIMEOUT": "30",
    "DO_NOT_TRACK": "1",
    "TQDM_DISABLE": "1",
    "MODELSCOPE_DOWNLOAD_INTRA_CLOUD": "false",
    "MODELSCOPE_DOWNLOAD_PARALLEL_WORKERS": "1",
    "MODELSCOPE_DOWNLOAD_TOTAL_TIMEOUT": "604800",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model: `sum` is "sha256:..." or, for files in git itself, "git:..." (the blob's id)."""

    path: str
    size: int
    sum: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request: list the files of a revision if `files` is empty, else download them to `folder`."""

    hub: str
    endpoint: str
    repository: str
    revision: str
    folder: str = ""
    files: tuple[File, ...] = ()

    @property
    def model(self) -> str:
        """The model's name without its publisher."""
        return self.repository.rpartition("/")[2]

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class HubFailure(Exception):
    """A failure: `kind` says why, `about` is a file's name or the client's own words."""

    def __init__(self, kind: Failure, about: str) -> None:
        super().__init__(about)
        self.kind = kind
        self.about = about


def matches(path: Path, file: File) -> bool:
    """Whether a file has the hub's size and checksum; raises OSError."""
    if path.stat().st_size != file.size:
        return False
    kind, _, value = file.sum.partition(":")
    with path.open("rb") as data:
        if kind == "sha256":
            return hashlib.file_digest(data, "sha256").hexdigest() == value
        digest = hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
        while block := data.read(1 << 20):
            digest.update(block)
        return digest.hexdigest() == value


def listed(request: Request) -> dict[str, Any]:
    """The revision, as exactly as the hub reports it, and its files."""
    key = os.environ.get(KEY_VARIABLE) or None
    if request.hub == "huggingface":
        return _list_hugging_face(request, key)
    return _list_model_scope(request, key)


def _list_hugging_face(request: Request, key: str | None) -> dict[str, Any]:
    from huggingface_hub import HfApi

    api = HfApi(endpoint=request.endpoint, token=key or False)
    info = api.model_info(request.repository, revision=request.revision, files_metadata=True)
    files = [
        File(one.rfilename, one.size or 0, f"sha256:{one.lfs.sha256}" if one.lfs else f"git:{one.blob_id}")
        for one in info.siblings or []
    ]
    return {"revision": info.sha, "files": [asdict(file) for file in files]}


def _list_model_scope(request: Request, key: str | None) -> dict[str, Any]:
    from modelscope_hub import HubApi

    api = HubApi(endpoint=request.endpoint, token=key or "")
    entries = api.list_repo_files(request.repository, "model", revision=request.revision)
    files = [File(one.path, one.size, f"sha256:{one.sha256}") for one in entries if one.type != "tree"]
    return {"revision": request.revision, "files": [asdict(file) for file in files]}


def fetch(request: Request) -> None:
    """Download the missing files, one after another."""
    key = os.environ.get(KEY_VARIABLE) or None
    for file in request.files:
        target = Path(request.folder) / file.path
        if target.exists() and target.stat().st_size == file.size:
            continue  # it is renamed only after its checksum matched
        target.parent.mkdir(parents=True, exist_ok=True)
        if request.hub == "huggingface":
            _fetch_hugging_face(request, file, target, key)
        else:
            _fetch_model_scope(request, file, key)
        _record_bytes(request, file.size)


def _record_bytes(request: Request, size: int) -> None:
    parts = urlsplit(request.endpoint)
    port = parts.port or connections.PORTS[parts.scheme]
    connections.record(parts.hostname or "", port, "model_download", request.model, count=0, received=size)


def _fetch_hugging_face(request: Request, file: File, target: Path, key: str | None) -> None:
    """Download as the client does, but resume a partial file, which the client would start again."""
    from huggingface_hub import constants, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils._headers import build_hf_headers

    constants.DOWNLOAD_CHUNK_SIZE = BLOCK  # the client buffers this much, and a kill loses it
    url = hf_hub_url(request.repository, file.path, revision=request.revision, endpoint=request.endpoint)
    half = target.with_name(target.name + INCOMPLETE)
    with half.open("ab") as data:
        there = data.tell()
        if there > file.size:
            data.truncate(there := 0)
        http_get(url, data, resume_size=there, headers=build_hf_headers(token=key or False), expected_size=file.size)
        data.flush()
        os.fsync(data.fileno())
    if not matches(half, file):
        half.unlink()
        raise HubFailure("checksum", file.path)
    half.replace(target)


def _fetch_model_scope(request: Request, file: File, key: str | None) -> None:
    from modelscope_hub import HubApi

    HubApi(endpoint=request.endpoint, token=key or "").download_file(
        request.repository,
        "model",
        file.path,
        revision=request.revision,
        local_dir=request.folder,
        expected_sha256=file.sum.partition(":")[2],
        file_size=file.size,
    )


@contextlib.contextmanager
def _translated_errors(hub: str) -> Iterator[None]:
    try:
        yield
    except HubFailure:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise HubFailure("full", str(error)) from error
        raise HubFailure(_kind(hub, error), _words(error)) from error
    except Exception as error:
        raise HubFailure(_kind(hub, error), _words(error)) from error


def _words(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _kind(hub: str, error: Exception) -> Failure:
    if hub == "huggingface":
        return _hugging_face_kind(error)
    return _model_scope_kind(error)


def _hugging_face_kind(error: Exception) -> Failure:
    import httpx2
    from huggingface_hub import errors

    if isinstance(error, errors.OfflineModeIsEnabled):
        return "offline"
    if isinstance(error, errors.GatedRepoError):
        return "refused"
    if isinstance(error, errors.HfHubHTTPError):
        status = error.response.status_code
        if status in (401, 403):
            return "refused"
        return "gone" if status in (404, 410) else "network"
    if isinstance(error, httpx2.HTTPError):
        return "network"
    return "checksum" if "Consistency check failed" in str(error) else "other"


def _model_scope_kind(error: Exception) -> Failure:
    import modelscope_hub

    if isinstance(error, modelscope_hub.FileIntegrityError):
        return "checksum"
    if isinstance(error, modelscope_hub.AuthenticationError | modelscope_hub.PermissionDeniedError):
        return "refused"
    if isinstance(error, modelscope_hub.NotExistError):
        return "gone"
    if isinstance(error, modelscope_hub.NetworkError | modelscope_hub.APIError):
        return "network"
    return "other"


def main() -> None:
    fields = json.loads(sys.argv[1])
    request = Request(**fields | {"files": tuple(File(**file) for file in fields["files"])})
    connections.watch("model_download", request.model)
    try:
        with _translated_errors(request.hub):
            if request.files:
                fetch(request)
            else:
                sys.stdout.write(json.dumps(listed(request)) + "\n")
    except HubFailure as failure:
        sys.stdout.write(json.dumps({"failed": failure.kind, "about": failure.about}) + "\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
