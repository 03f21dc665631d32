"""The hotkey of the quick search: keys that work in every program, by the means that the desktop offers."""
