"""Builds what people install: a wheel, a package for Debian and Ubuntu."""
