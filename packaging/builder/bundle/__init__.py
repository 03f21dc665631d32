"""A folder with all that Findling needs, Python included, for systems that have none."""
