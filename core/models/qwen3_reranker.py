"""Qwen3-Reranker in two sizes: the probability that a passage answers a question."""

from core.models.spec import Download, ModelSpec

TOKEN_LIMIT = 8192  # of the question with one passage


def _reranker(size: str, weights: Download) -> ModelSpec:
    return ModelSpec(
        key=f"qwen3-reranker-{size.lower()}",
        name=f"Qwen3-Reranker-{size}",
        title=f"Qwen3 Reranker {size}",
        dimension=1,
        token_limit=TOKEN_LIMIT,
        tokenizer="bpe",
        revision="main",
        engines=("sglang",),
        download=weights,
        reranks=True,
        chat_template="qwen3-reranker/chat_template.jinja",
    )


RERANKER_SMALL = _reranker(
    "0.6B", Download.from_both_hubs("Qwen/Qwen3-Reranker-0.6B", size=1_207_000_000, memory_gib=3.5, parameters=0.6e9)
)
RERANKER_MEDIUM = _reranker(
    "4B", Download.from_both_hubs("Qwen/Qwen3-Reranker-4B", size=8_061_000_000, memory_gib=11.0, parameters=4.0e9)
)

SPECS = (RERANKER_SMALL, RERANKER_MEDIUM)
