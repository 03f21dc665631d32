"""Retrieval: the candidates of each retriever, restricted by the filters of a query."""
