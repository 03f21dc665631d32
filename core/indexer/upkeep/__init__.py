"""Work on a library that no file change asks for: backups, scrubbing, moves, removable media."""
