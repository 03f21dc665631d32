"""The pages shown instead of results: welcome, hints, opening, errors, no results."""
