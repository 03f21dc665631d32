"""Runs in an environment of its own: lints, renders and validates the chart, see `chart.py`."""

from __future__ import annotations

import json
import sys
from typing import Any

import kubernetes_validate
import yaml
from helm_python import Chart, HelmError, lint


def rendered(asked: dict[str, Any]) -> dict[str, Any]:
    """The objects of the chart with some values, what lint says, and what is not valid for which version."""
    values, where = asked["values"], asked["chart"]
    said = []
    for version in asked["versions"]:
        report = lint(where, values, strict=True, kube_version=f"v{version}.0")
        said += [f"lint {version}: {each}" for each in report["errors"]]
        said += [f"lint {version}: {each['error']}" for each in report["messages"] if each["severity"] > 1]
    files = Chart.load(where).render(values, name=asked["name"], namespace=asked["namespace"], is_install=True)
    objects = [
        each
        for path, text in sorted(files.items())
        if path.endswith(".yaml")
        for each in yaml.safe_load_all(text)
        if each is not None
    ]
    for each in objects:
        for version in asked["versions"]:
            try:
                kubernetes_validate.validate(each, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                said.append(f"{version}: {each['kind']} {each['metadata']['name']}: {error.message}")
    return {"said": said, "objects": objects}


def main() -> None:
    try:
        answer = rendered(json.load(sys.stdin))
    except HelmError as error:
        answer = {"refused": str(error)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
