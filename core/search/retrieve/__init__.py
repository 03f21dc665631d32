"""Candidates from each retriever, within the filters of a query."""
