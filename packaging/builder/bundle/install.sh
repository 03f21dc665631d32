#!/bin/sh
# Adds Findling to your menu, from the folder that this file is in; with --remove it is taken out again.
# Nothing is copied: keep the folder where it is. No administrator is needed.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
data=${XDG_DATA_HOME:-$HOME/.local/share}
command=$HOME/.local/bin/findling
# A list of what was added, so that exactly that is removed.
list=$data/findling/bundle-files

say() { printf '%s\n' "$*"; }

remove() {
    if [ -f "$list" ]; then
        while IFS= read -r file; do rm -f -- "$file"; done <"$list"
        rm -f -- "$list"
        update_menu
    fi
}

update_menu() {
    if command -v update-desktop-database >/dev/null 2>&1; then
        update-desktop-database -q "$data/applications" 2>/dev/null || :
    fi
}

# The program's path as a desktop entry's Exec line quotes it, ready for sed.
quoted_program() {
    printf '%s' "$here/findling" |
        sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g' -e 's/.*/"&"/' -e 's/[\\&|]/\\&/g'
}

add() {
    mkdir -p -- "$(dirname -- "$2")"
    cp -- "$1" "$2"
    printf '%s\n' "$2" >>"$list"
}

case ${1-} in
--remove)
    remove
    say "Findling is out of the menu. Your library is kept, in $data/findling; delete that folder if it is no longer"
    say "wanted, and $here too. Your documents are where they always were."
    exit 0
    ;;
'') ;;
*)
    say "usage: $0 [--remove]" >&2
    exit 2
    ;;
esac

remove
mkdir -p -m 700 -- "$data/findling"
program=$(quoted_program)
cd -- "$here/share"
find icons man bash-completion fish kio krunner Thunar nautilus-python -type f 2>/dev/null | while IFS= read -r file; do
    add "$file" "$data/$file"
done
for file in applications/*.desktop; do
    add "$file" "$data/$file"
    sed "s|^Exec=findling|Exec=$program|" "$file" >"$data/$file"
done
# Services name the command by its path, and of units a user's own are in another folder than a package's.
named=$(printf '%s' "$command" | sed -e 's/%/%%/g' -e 's/.*/"&"/' -e 's/[\\&|]/\\&/g')
for file in dbus-1/services/*.service ../lib/systemd/user/*; do
    target=$data/$(printf '%s' "$file" | sed 's|^\.\./lib/||')
    add "$file" "$target"
    sed "s|/usr/bin/findling|$named|" "$file" >"$target"
done
if [ ! -e "$command" ] || [ -L "$command" ]; then
    mkdir -p -- "$(dirname -- "$command")"
    ln -sf -- "$here/findling" "$command"
    printf '%s\n' "$command" >>"$list"
fi
update_menu
say "Findling is in your menu. In a terminal: $command"
