"""Chunking: splits documents into passages."""

from core.chunk.chunker import chunk
from core.chunk.config import ChunkingConfig, chunking_config

__all__ = ["ChunkingConfig", "chunk", "chunking_config"]
