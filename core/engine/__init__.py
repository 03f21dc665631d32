"""The servers that embed and rerank: a small one on the processor, SGLang on a graphics card, or one elsewhere."""
