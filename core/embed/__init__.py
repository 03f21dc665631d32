"""Embedding: texts to vectors through the openai client; the only package that uses the embeddings API."""

from core.embed.batches import WINDOW_BATCHES, PendingPassage, pack_batches
from core.embed.current_embedder import CurrentEmbedder
from core.embed.embedder import QUERY_CACHE_SIZE, Embedder
from core.embed.http_client import import_client
from core.embed.language import has_language
from core.embed.responses import Vectors

__all__ = [
    "QUERY_CACHE_SIZE",
    "WINDOW_BATCHES",
    "CurrentEmbedder",
    "Embedder",
    "PendingPassage",
    "Vectors",
    "has_language",
    "import_client",
    "pack_batches",
]
