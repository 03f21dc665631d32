"""Hands the settings of the chart to `findling import`, with the keys that Kubernetes gives as variables."""

import json
import os
import sys

KEYS = {"ENGINE_KEY": "remote_key", "VECTORS_KEY": "vector_store_key"}


def main(source: str, target: str) -> None:
    with open(source, encoding="utf-8") as file:
        content = json.load(file)
    for variable, name in KEYS.items():
        if key := os.environ.pop(variable, "").strip():
            content["settings"][name] = key
    with open(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file)
    os.execv(sys.executable, [sys.executable, "-I", "-m", "core", "import", "--yes", target])


if __name__ == "__main__":
    main(*sys.argv[1:])
