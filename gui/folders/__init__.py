"""The list of watched folders and the dialog of their exclusions."""
