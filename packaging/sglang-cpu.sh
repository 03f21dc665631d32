#!/bin/sh
# Remakes packaging/sglang-cpu.lock: what the real SGLang needs for text models on the processor, each with its hashes.
# PyTorch stands apart: its build for the processor has a name of its own, and the one with CUDA would not do.
set -eu
cd -- "$(dirname -- "$0")"

uv pip compile --quiet --no-deps --generate-hashes --python-version 3.11 --python-platform x86_64-manylinux_2_35 \
    --no-emit-index-url --no-emit-find-links --no-annotate \
    --custom-compile-command "sh packaging/sglang-cpu.sh" sglang-cpu.in -o sglang-cpu.lock "$@"
cat >>sglang-cpu.lock <<'END'
torch==2.13.0+cpu \
    --hash=sha256:6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b
END
