"""Finding texts that are nearly the same: sketches and their comparison."""
