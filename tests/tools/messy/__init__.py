"""A messy library, as people have them, and how well its documents are found; see `__main__.py`."""
