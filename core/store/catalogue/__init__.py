"""The catalogue (SQLite): files, contents, passages and vectors."""
