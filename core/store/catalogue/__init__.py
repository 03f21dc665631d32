"""The catalogue (SQLite): folders, files, contents, passages and vectors."""
