"""The stages of indexing, in the order in which a file passes them."""
