"""Qwen3-Embedding in three sizes.

Dimension, instruction, the longest text (the models read 32,768 tokens, their examples cut at 8,192) and the
similarities are those of the model cards: huggingface.co/Qwen/Qwen3-Embedding-0.6B, -4B and -8B. A text's vector is
that of its last token, the end token that the tokenizer adds.
"""

from core.messages import mark
from core.models.spec import Download, ModelSpec

TASK = "Given a web search query, retrieve relevant passages that answer the query"
QUERY = f"Instruct: {TASK}\nQuery:"  # no space behind the colon
TOKEN_LIMIT = 8192


def _qwen3(
    size: str, *, summary: str, dimension: int, download: Download, similarities: tuple[tuple[float, ...], ...]
) -> ModelSpec:
    return ModelSpec(
        key=f"qwen3-{size.lower()}",
        name=f"Qwen3-Embedding-{size}",
        title=f"Qwen3 {size}",
        summary=summary,
        dimension=dimension,
        token_limit=TOKEN_LIMIT,
        tokenizer="bpe",
        revision="main",
        query_prefix=QUERY,
        engines=("sglang",),
        download=download,
        similarities=similarities,
    )


QWEN3_SMALL = _qwen3(
    "0.6B",
    summary=mark("More than 100 languages and long passages. Small and fast."),
    dimension=1024,
    download=Download.from_both_hubs("Qwen/Qwen3-Embedding-0.6B", size=1_207_000_000, memory_gib=3.5, parameters=0.6e9),
    similarities=((0.7646, 0.1414), (0.1355, 0.6000)),
)
QWEN3_MEDIUM = _qwen3(
    "4B",
    summary=mark("Better results, but slower indexing."),
    dimension=2560,
    download=Download.from_both_hubs("Qwen/Qwen3-Embedding-4B", size=8_061_000_000, memory_gib=11.0, parameters=4.0e9),
    similarities=((0.7534, 0.1147), (0.0320, 0.6258)),
)
QWEN3_LARGE = _qwen3(
    "8B",
    summary=mark("The best results and the slowest indexing. Needs a large graphics card."),
    dimension=4096,
    download=Download.from_both_hubs("Qwen/Qwen3-Embedding-8B", size=15_150_000_000, memory_gib=18.5, parameters=7.6e9),
    similarities=((0.7493, 0.0751), (0.0880, 0.6318)),
)

SPECS = (QWEN3_SMALL, QWEN3_MEDIUM, QWEN3_LARGE)
