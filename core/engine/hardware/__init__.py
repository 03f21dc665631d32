"""What this machine can run: its graphics cards, what is missing, which models fit."""
