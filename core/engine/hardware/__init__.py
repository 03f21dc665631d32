"""What this machine can run: its cards, what is missing, which model fits."""
