"""Watching folders: scans, file system events, exclusion rules and mounts."""
