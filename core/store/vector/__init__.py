"""The vector index (FAISS)."""
