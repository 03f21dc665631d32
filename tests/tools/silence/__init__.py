"""Proves that Findling connects to nothing: see `__main__.py`."""
