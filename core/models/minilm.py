"""all-MiniLM-L6-v2 in eight bits, which comes with Findling."""

from core.messages import mark
from core.models.spec import Calibration, ModelSpec

ENGLISH = ModelSpec(
    key="english",
    name="all-MiniLM-L6-v2",
    title=mark("English"),
    summary=mark("English documents only. Smaller, and about twice as fast."),
    dimension=384,
    token_limit=256,
    tokenizer="wordpiece",
    revision="53aa5117-int8-1",
    engines=("builtin",),
    bundled=True,
    language="english",
    calibration=Calibration(-4.5, 0.71, 0.26, 1.7),
    background="english/background.npy",
    cosine_spread=0.11,
)

SPECS = (ENGLISH,)
