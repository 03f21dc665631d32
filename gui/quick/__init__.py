"""The quick search: a pop-up with one box and eight rows, worked by keys alone."""
