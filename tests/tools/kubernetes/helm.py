"""Helm and the schemas of Kubernetes, in an environment of their own that is made once: 0.4 GB on the disk."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import filelock

from core import paths
from tests.packaging.kubernetes.chart import CHART, NAME, NAMESPACE

HERE = Path(__file__).resolve().parent
LOCK = HERE / "requirements.lock"
VERSIONS = ("1.29", "1.33", "1.37")  # the oldest that the chart allows, and later ones


class RefusedError(Exception):
    """Helm does not render the chart with these values: `args[0]` is what it says."""


def interpreter() -> Path:
    """The interpreter of that environment, which is made if it is missing; downloads its packages then."""
    digest = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = paths.cache_dir() / "helm" / digest
    folder.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(folder.parent / "lock"):
        if not (folder / "whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            print("Making an environment with Helm and the schemas of Kubernetes.", file=sys.stderr, flush=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            strict = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", LOCK]
            pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, *strict], check=True, env=_environment())
            (folder / "whole").touch()
    return folder / "bin" / "python"


def rendered(values: dict[str, Any], versions: tuple[str, ...] = VERSIONS) -> tuple[list[dict[str, Any]], list[str]]:
    """(objects, what lint and the schemas say against them); raises RefusedError."""
    asked = {"chart": str(CHART), "values": values, "versions": versions, "name": NAME, "namespace": NAMESPACE}
    command = [interpreter(), "-I", HERE / "rendering.py"]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise RefusedError(answer["refused"])
    return answer["objects"], answer["said"]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
