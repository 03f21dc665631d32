"""Keeps an engine of any kind alive: starts, checks, watches, releases and ends it with all its processes."""
