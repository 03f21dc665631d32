"""Vector stores on servers: what a library's vectors are kept in and searched by instead of its own vector index."""
