"""The window in front of `core`; the only importer of PySide6."""
