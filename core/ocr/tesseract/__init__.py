"""Tesseract, as the system has it: its library, called in the confined process, and the languages installed for it."""
