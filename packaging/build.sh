#!/bin/sh
# Builds what people install: sh packaging/build.sh wheel|deb|bundle|flatpak|all [--out DIR]; the result is in dist/.
# `--help` tells the rest.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)

status=0
sh "$root/packaging/setup.sh" --dev || status=$?
# Without the system packages the window may not start here, but a package can be built.
case $status in 0 | 4) ;; *) exit "$status" ;; esac
PYTHONPATH=$root/packaging exec "$root/.venv/bin/python" -m builder "$@"
