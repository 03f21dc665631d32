"""The processes that embed and rank: a small server on the processor, SGLang on the card, or somebody's elsewhere."""
