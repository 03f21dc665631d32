"""The one door: everything that a front end may do with a library."""

from core.library.library import Library

__all__ = ["Library"]
