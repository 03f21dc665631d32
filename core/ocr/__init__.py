"""Optical character recognition: the words of pages and pictures that have no text, with their places."""
