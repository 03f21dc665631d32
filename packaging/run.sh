#!/bin/sh
# Sets Findling up and opens its window, indexing the folders given.
# Ends with the window's exit code; 3: there is no screen; else as setup.sh.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
findling=$root/.venv/bin/findling

status=0
sh "$root/packaging/setup.sh" || status=$?
case $status in 0 | 4) ;; *) exit "$status" ;; esac

if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ] && [ "$(uname -s)" = Linux ]; then
    printf '%s\n' "findling: There is no screen here to open a window on; the command line works without one:" \
        "  '$findling' index FOLDER" "  '$findling' search \"what you remember\"" >&2
    exit 3
fi
if [ "$status" -ne 0 ]; then exit "$status"; fi

# A folder named like a sub-command or an option is still a folder.
for given; do
    shift
    case $given in
    /*) ;;
    *) if [ -e "./$given" ]; then given=./$given; fi ;;
    esac
    set -- "$@" "$given"
done
exec "$findling" "$@"
