"""Where the chart is, its objects as they were rendered, and whether they are those of the chart as it is now."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).resolve().parents[3] / "packaging" / "kubernetes" / "chart"
HERE = Path(__file__).resolve().parent
CASES = sorted(path.stem for path in (HERE / "values").glob("*.yaml"))
NAME, NAMESPACE = "team", "search"  # of the release
COMMAND = "python -m tests.tools.kubernetes --write"

Object = dict[str, Any]


def values_of(case: str) -> dict[str, Any]:
    """The values of a case."""
    given: dict[str, Any] = yaml.safe_load((HERE / "values" / f"{case}.yaml").read_text(encoding="utf-8"))
    return given


def digest(case: str) -> str:
    """Of all that decides what is rendered."""
    files = [*sorted(path for path in CHART.rglob("*") if path.is_file()), HERE / "values" / f"{case}.yaml"]
    hasher = hashlib.sha256()
    for path in files:
        hasher.update(f"{path.relative_to(CHART.parents[2])}\0".encode() + path.read_bytes() + b"\0")
    return hasher.hexdigest()


def stored(case: str) -> tuple[str, list[Object]]:
    """(digest, objects) of a case as they were rendered."""
    first, *objects = yaml.safe_load_all((HERE / "rendered" / f"{case}.yaml").read_text(encoding="utf-8"))
    return first["digest"], objects


def store(case: str, objects: list[Object]) -> None:
    """Store what was rendered."""
    text = yaml.safe_dump_all([{"digest": digest(case)}, *objects], sort_keys=True, width=120)
    (HERE / "rendered" / f"{case}.yaml").write_text(f"# Made by {COMMAND}\n{text}", encoding="utf-8")


def pod_of(each: Object) -> Object | None:
    """The pod's template with labels and spec; None for other objects."""
    template: Object | None = each.get("spec", {}).get("template")
    return template if template and "containers" in template.get("spec", {}) else None


def containers_of(pod: Object) -> list[Object]:
    """All of a pod's containers."""
    return [*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]]
