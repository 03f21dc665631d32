"""Asks the HTTP API of a small library anything that its OpenAPI document allows, and much that it does not."""
