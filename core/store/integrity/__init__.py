"""Verifying, backing up, repairing and recovering what a library stores."""
