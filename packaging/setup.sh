#!/bin/sh
# Makes .venv with everything that Findling needs; with --dev also what its checks need.
# Ends with 0: all there. 1: not set up, one sentence says why. 2: wrong argument.
# 4: the command line works, but system libraries are missing that could not be installed; one sentence names them.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
here=$root/packaging
venv=$root/.venv
stamp=$venv/findling-setup
log=$venv/setup.log
mode=run

say() { printf '%s\n' "findling: $*" >&2; }
fail() { say "$*"; exit 1; }

case $# in
0) ;;
1) [ "$1" = --dev ] || { say "setup.sh knows only --dev, not '$1'."; exit 2; }; mode=dev ;;
*) say "setup.sh takes at most one argument, --dev."; exit 2 ;;
esac

# Nothing is written when nothing is to do: the environment may be another user's.
start_log() {
    (: >>"$log") 2>/dev/null || fail "$venv cannot be written; delete it, or run this as the user who made it."
}

# --- system packages -------------------------------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" -eq 0 ] || sudo -n true >/dev/null 2>&1
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=120 "$@" </dev/null >>"$log" 2>&1 9>&-; }

apt_install() {
    may_install || return 1
    start_log
    say "Installing system packages: $*"
    apt install --no-install-recommends "$@" && return 0
    # The lists may be missing (a new machine) or older than what the mirror still keeps.
    apt update && apt install --no-install-recommends "$@"
}

# --- Python and its environment --------------------------------------------------------------------------------------

usable() { "$1" -I -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1; }

find_python() {
    for candidate in python3 python3.13 python3.12 python3.11 python3.14; do
        if usable "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

stamped() { sed -n "s/^$1=//p" "$stamp" 2>/dev/null || :; }

make_environment() {
    # An environment that was moved has the old place in all its scripts.
    if [ -e "$stamp" ] && [ "$(stamped place)" != "$root" ]; then rm -rf -- "$venv"; fi
    if usable "$venv/bin/python"; then return 0; fi
    python=$(find_python) || fail "Findling needs Python 3.11 to 3.14; install it first (Debian, Ubuntu: apt-get install python3)."
    say "Making .venv with $("$python" --version)"
    if [ -e "$venv/pyvenv.cfg" ]; then rm -rf -- "$venv"; fi
    "$python" -I -m venv --without-pip "$venv" >/dev/null 2>&1 ||
        fail "$python cannot make an environment in $venv: check that the folder can be written and that the disk has room."
}

# --- uv --------------------------------------------------------------------------------------------------------------

# Every call is checked for this option: an older uv would install the builder unchecked.
knows_hashes() { "$1" pip install --help 2>/dev/null | grep -q -e --require-build-hashes; }

find_uv() {
    for uv in uv "$venv/uv/bin/uv"; do
        if knows_hashes "$uv"; then return 0; fi
    done
    say "Fetching uv, the installer (about 25 MB)"
    install_uv
    uv=$venv/uv/bin/uv
    knows_hashes "$uv" || fail "uv was installed but does not run on this machine (details in $log)."
}

install_uv() {
    base=$(find_python) || base=$venv/bin/python
    if ! "$base" -I -m pip --version >/dev/null 2>&1; then base=$(python_with_pip "$base"); fi
    "$base" -I -m pip install --quiet --disable-pip-version-check --target "$venv/uv" --upgrade --no-deps \
        --only-binary :all: --require-hashes -r "$here/bootstrap.lock" >>"$log" 2>&1 || fail_fetching
    rm -rf -- "$venv/bootstrap"
}

python_with_pip() {
    if ! "$1" -I -c 'import ensurepip' >/dev/null 2>&1; then
        package=$(basename -- "$1")-venv
        apt_install "$package" ||
            fail "Findling needs pip or venv once, to install the rest; an administrator can add it with: apt-get install $package"
    fi
    "$1" -I -m venv --clear "$venv/bootstrap" >>"$log" 2>&1 ||
        fail "Python's own installer (ensurepip) does not work on this machine (details in $log)."
    printf '%s\n' "$venv/bootstrap/bin/python"
}

fail_fetching() {
    if grep -qiE 'no space left' "$log"; then
        fail "The disk is full: Findling's Python packages need about 1 GB in $venv and in the cache."
    elif grep -qiE 'dns error|name resolution|failed to lookup|error sending request|connection|timed out|unreachable' "$log"; then
        fail "Findling's Python packages cannot be fetched: check the network connection and run this again (details in $log)."
    fi
    reason=$(sed -n 's/^ *cause: //p; s/^ *Caused by: //p; s/^error: //p; s/^ERROR: //p' "$log" | tail -n 1)
    fail "Findling's Python packages cannot be installed: ${reason:-no reason given} (details in $log)."
}

# --- Python packages -------------------------------------------------------------------------------------------------

lock_sum() { cat "$here/$mode.lock" "$here/build.lock" "$root/pyproject.toml" | cksum; }
python_version() { "$venv/bin/python" -c 'import sys; print(sys.version.split()[0])'; }

is_current() {
    [ "$(stamped sum)" = "$(lock_sum)" ] && [ "$(stamped mode)" = "$mode" ] &&
        [ "$(stamped python)" = "$(python_version)" ] && [ -x "$venv/bin/findling" ]
}

# sh knows no pipefail, so that it went well is told by a file.
fetch() {
    rm -f -- "$venv/went-well"
    { "$uv" "$@" 2>&1 9>&- && : >"$venv/went-well"; } | tee -a "$log" | sed -n 's/^ *Downloading /  /p' >&2
    if [ ! -e "$venv/went-well" ]; then fail_fetching; fi
    rm -f -- "$venv/went-well"
}

# The command takes no module from PYTHONPATH or the folder that it is started in (-I).
isolate_command() {
    sed '1s|^#!\(.*/python[0-9.]*\)$|#!\1 -I|' "$venv/bin/findling" >"$venv/findling.new"
    cat "$venv/findling.new" >"$venv/bin/findling" # keeps its mode
    rm -f -- "$venv/findling.new"
}

install_packages() {
    start_log
    : >"$log"
    rm -f -- "$stamp"
    find_uv
    say "Installing Python packages; the first time fetches some 250 MB"
    fetch pip sync --python "$venv/bin/python" --require-hashes --no-build "$here/$mode.lock"
    fetch pip install --python "$venv/bin/python" --no-deps --build-constraints "$here/build.lock" \
        --require-build-hashes --editable "$root"
    isolate_command
    printf 'place=%s\nmode=%s\npython=%s\nsum=%s\n' "$root" "$mode" "$(python_version)" "$(lock_sum)" >"$stamp"
    say "Python packages are in place"
}

# --- what the window needs of the system -----------------------------------------------------------------------------

missing_packages() {
    if [ "$mode" = dev ]; then set -- --dev; fi
    "$venv/bin/python" "$here/system_packages.py" "$@"
}

install_libraries() {
    lacking=$(missing_packages) || fail "The system libraries cannot be looked through (see above)."
    if [ -z "$lacking" ]; then return 0; fi
    # shellcheck disable=SC2086  # a list of names
    apt_install $lacking || :
    lacking=$(missing_packages) || fail "The system libraries cannot be looked through (see above)."
    if [ -n "$lacking" ]; then
        say "The window needs system packages that are missing; an administrator can add them with: apt-get install $lacking"
        return 4
    fi
}

# --- in order --------------------------------------------------------------------------------------------------------

# A second start while the first still sets up waits for it.
exec 9<"$0"
if command -v flock >/dev/null 2>&1; then flock 9; fi

export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
unset UV_PYTHON UV_SYSTEM_PYTHON UV_TARGET UV_PREFIX PIP_USER PIP_TARGET PIP_REQUIRE_VIRTUALENV
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH

make_environment
# An environment with the checks' tools stays one: without --dev they are not taken away.
if [ "$(stamped mode)" = dev ]; then mode=dev; fi
is_current || install_packages
install_libraries || exit $?
