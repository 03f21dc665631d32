#!/bin/sh
# Remakes the hash-pinned requirements from pyproject.toml; arguments go to uv (--upgrade, --upgrade-package NAME).
set -eu
cd -- "$(dirname -- "$0")/.."

compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "sh packaging/lock.sh" "$@"
}

compile pyproject.toml -o packaging/run.lock "$@"
compile pyproject.toml --extra milvus --group dev --override packaging/dev-overrides.in -o packaging/dev.lock "$@"
printf 'hatchling\neditables\n' | compile - -o packaging/build.lock "$@"
printf 'pyinstaller\n' | compile - -o packaging/bundle.lock "$@"
printf 'uv\n' | compile - -o packaging/bootstrap.lock "$@"
# The image has no window; the versions are those that the checks run with.
compile pyproject.toml --extra milvus --constraint packaging/dev.lock \
    --no-emit-package pyside6-essentials --no-emit-package shiboken6 -o packaging/kubernetes/image.lock "$@"
compile tests/tools/kubernetes/requirements.in -o tests/tools/kubernetes/requirements.lock "$@"

# SGLang has an environment of its own, made by Findling where the user asks for it.
uv run --quiet --no-project packaging/engine_lock.py "$@"
