"""Texts in, vectors out, through the openai client: the only folder that knows the embeddings API."""

from core.embed.answers import Vectors
from core.embed.batches import WINDOW, Waiting, packed
from core.embed.embedder import REMEMBERED, Embedder

__all__ = ["REMEMBERED", "WINDOW", "Embedder", "Vectors", "Waiting", "packed"]
