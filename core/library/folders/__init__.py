"""The watched folders of a library and what is excluded from them."""
