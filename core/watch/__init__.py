"""Folders in, changes out."""
