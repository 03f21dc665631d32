"""Vectors and scores by transformers: runs inside SGLang's environment, with JSON requests and answers.

    python reference.py embed|rank FOLDER < texts.json

embed: the last token's hidden state, normalised. rank: p(yes) / (p(yes) + p(no)) of the token behind each prompt.
"""

from __future__ import annotations

import json
import sys

import torch
from transformers import AutoModel, AutoModelForCausalLM, AutoTokenizer


def main() -> None:
    what, folder = sys.argv[1:]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    kind = AutoModel if what == "embed" else AutoModelForCausalLM
    model = kind.from_pretrained(folder, dtype=torch.float32).eval()
    answer = []
    for text in json.load(sys.stdin):
        ids = torch.tensor([tokenizer(text)["input_ids"]])
        with torch.no_grad():
            made = model(input_ids=ids)
        if what == "embed":
            answer.append(torch.nn.functional.normalize(made.last_hidden_state[0, -1], dim=0).tolist())
        else:
            yes, no = (tokenizer.convert_tokens_to_ids(word) for word in ("yes", "no"))
            answer.append(torch.softmax(made.logits[0, -1, [yes, no]], dim=0)[0].item())
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
