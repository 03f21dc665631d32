#!/bin/sh
# A fake xdg-open: it appends the address that it is given to the file FAKE_XDG_OPENED, and opens nothing.
printf '%s\n' "$1" >>"$FAKE_XDG_OPENED"
