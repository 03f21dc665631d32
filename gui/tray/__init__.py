"""The icon in the system tray: its states, its menu, and whether a tray shows it."""
