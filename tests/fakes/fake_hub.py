"""A fake of both model hubs: a real HTTP server over a real folder, with the calls that their clients make.

Hugging Face: GET /api/models/REPO/revision/REVISION, GET /REPO/resolve/COMMIT/FILE (with Range).
ModelScope: GET /api/v1/models/REPO/repo/files, GET /api/v1/models/REPO/repo?FilePath=FILE (with Range).
`log` records every request; `served` counts the bytes of each file; faults are attributes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.file_server import FileHandler, FileServer, serving

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = 20_000  # bytes from which a file is in LFS, with a SHA-256


class FakeHub(FileServer):
    """The server of one repository, with the files of `folder`.

    Faults: `stalled` names a file that stops half way until `go` is set; `status` is the answer to every request;
    `damaged` names a file whose bytes do not match its checksum; `lost` one that is listed and missing; `cut` one
    whose connection breaks half way. `key` is the access key required; `ranges` whether downloads can be resumed.
    """

    def __init__(self, folder: Path, repository: str) -> None:
        super().__init__(Handler)
        self.folder = folder
        self.repository = repository
        self.commit = COMMIT
        self.log: list[str] = []
        self.agents: set[str] = set()
        self.damaged = self.lost = self.cut = self.key = self.extra = ""
        self.status = 0
        self.ranges = True

    @property
    def url(self) -> str:
        return self.address

    def breaks(self, name: str) -> bool:
        if name != self.cut:
            return False
        self.cut = ""
        return True

    def files(self) -> dict[str, bytes]:
        found = {str(path.relative_to(self.folder)): path for path in sorted(self.folder.rglob("*")) if path.is_file()}
        return {name: path.read_bytes() for name, path in found.items()}


class Handler(FileHandler):
    server: FakeHub

    def get(self) -> None:
        hub = self.server
        hub.log.append(f"{self.command} {self.requested_path()} {self.headers.get('Range', '')}".strip())
        hub.agents.add(self.headers.get("User-Agent", ""))
        parts, repository = urlsplit(self.path), hub.repository
        path, asked = unquote(parts.path), {name: values[0] for name, values in parse_qs(parts.query).items()}
        if hub.status:
            self._json(hub.status, {"error": "by request of the test", "Message": "by request of the test"})
        elif hub.key and not self._has_key():
            self._json(401, {"error": "Invalid credentials", "Message": "not allowed"}, "GatedRepo")
        elif path.startswith(f"/api/models/{repository}/revision/"):
            self._hugging_face_list(path.rpartition("/")[2])
        elif found := re.fullmatch(rf"/{repository}/resolve/([^/]+)/(.+)", path):
            self._file(found[2])
        elif path == f"/api/v1/models/{repository}/repo/files":
            self._model_scope_list()
        elif path == f"/api/v1/models/{repository}/repo":
            self._file(asked["FilePath"])
        else:
            self._json(404, {"error": "Repository not found", "Message": "not found"}, "RepoNotFound")

    def _has_key(self) -> bool:
        return self.server.key in self.headers.get("Authorization", "") + self.headers.get("Cookie", "")

    def _hugging_face_list(self, revision: str) -> None:
        hub = self.server
        if revision not in ("main", hub.commit):
            self._json(404, {"error": "Invalid rev id"}, "RevisionNotFound")
            return
        rows: list[dict[str, Any]] = []
        for name, data in self._listed().items():
            row: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": _blob(data)}
            if len(data) >= LARGE:
                row["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 135}
            rows.append(row)
        self._json(200, {"id": hub.repository, "modelId": hub.repository, "sha": hub.commit, "siblings": rows})

    def _model_scope_list(self) -> None:
        rows = [
            {
                "Path": name,
                "Name": name.rpartition("/")[2],
                "Size": len(data),
                "Sha256": hashlib.sha256(data).hexdigest(),
                "Type": "blob",
                "Revision": COMMIT,
                "IsLFS": len(data) >= LARGE,
            }
            for name, data in self._listed().items()
        ]
        rows.append({"Path": "1_Pooling", "Name": "1_Pooling", "Size": 0, "Type": "tree", "Sha256": ""})
        self._json(200, {"Code": 200, "Data": {"Files": rows}, "Message": "success", "Success": True})

    def _listed(self) -> dict[str, bytes]:
        extra = {self.server.extra: b"{}"} if self.server.extra else {}
        return self.server.files() | extra

    def _file(self, name: str) -> None:
        hub = self.server
        data = self._listed().get(name)
        if data is None or name == hub.lost:
            self._json(404, {"error": "Entry not found", "Message": "not found"}, "EntryNotFound")
            return
        if name == hub.damaged:
            data = bytes(byte ^ 1 for byte in data[:100]) + data[100:]
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) if hub.ranges else None
        start = int(asked[1]) if asked else 0
        if start >= len(data) and asked:
            self._json(416, {"error": "Range not satisfiable"})
            return
        headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "X-Repo-Commit": hub.commit}
        headers |= {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if asked else {}
        headers |= {"Accept-Ranges": "bytes"}
        self.begin(206 if asked else 200, len(data) - start, "application/octet-stream", headers)
        if self.command == "GET":
            self.send_file(name, data, start)

    def _json(self, status: int, body: dict[str, Any], code: str = "") -> None:
        self.answer(status, json.dumps(body).encode(), "application/json", {"X-Error-Code": code} if code else None)


def _blob(data: bytes) -> str:
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


@contextmanager
def running(folder: Path, repository: str) -> Iterator[FakeHub]:
    """The hub while the block runs."""
    with serving(FakeHub(folder, repository)) as server:
        yield server
