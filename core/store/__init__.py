"""What is known: the catalogue (SQLite, the truth) and what is derived from it (names, words, vectors)."""
