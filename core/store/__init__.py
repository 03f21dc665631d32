"""Storage: the catalogue (SQLite, the source of truth) and the indexes derived from it."""
