"""The lexical index (tantivy)."""
