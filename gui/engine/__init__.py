"""The panel of models and engines."""
