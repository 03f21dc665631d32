"""The pages shown instead of results: hints, no folders, opening, errors, no results."""
