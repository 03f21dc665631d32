"""The engine that comes with Findling: the embeddings API on the processor, in a process of its own."""
