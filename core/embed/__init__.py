"""Texts in, vectors out, through the openai client: the only folder that knows the embeddings API."""

from core.embed.batches import WINDOW, PendingPassage, packed
from core.embed.embedder import REMEMBERED, Embedder
from core.embed.responses import Vectors

__all__ = ["REMEMBERED", "WINDOW", "Embedder", "PendingPassage", "Vectors", "packed"]
