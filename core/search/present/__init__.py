"""Hits as they are shown: passages, snippets and match spans."""
