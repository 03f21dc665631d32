"""The window in front of `core`; the only importer of PySide6."""

VERSION = "0.1.0"
