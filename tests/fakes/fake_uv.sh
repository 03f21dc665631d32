#!/bin/sh
# A fake uv: notes its calls in $FAKE_UV_CALLS, says $FAKE_UV_SAYS and fails when that is set, else makes the command.
if [ "$*" = "pip install --help" ]; then
    echo "--require-build-hashes"
    exit 0
fi
printf '%s %s\n' "$1" "$2" >>"$FAKE_UV_CALLS"
if [ -n "$FAKE_UV_SAYS" ]; then
    echo "error: $FAKE_UV_SAYS" >&2
    exit 2
fi
shift 3 # pip, sync or install, --python
command=$(dirname -- "$1")/findling
printf '%s\n' '#!/bin/sh' 'printf "<%s>" "$@"' >"$command"
chmod +x "$command"
