"""Maintenance of a library: backups, scrubbing, move detection, removable media."""
