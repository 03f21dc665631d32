"""The built-in engine: the embeddings API on the processor, in a child process."""
