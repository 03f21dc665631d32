"""Texts with a share of their words edited, and letters from one template."""

from __future__ import annotations

import random

PLACES = (
    "harbour",
    "lease",
    "kitchen",
    "garden",
    "office",
    "library",
    "station",
    "market",
    "bridge",
    "valley",
    "school",
    "theatre",
    "museum",
    "bakery",
)
THINGS = (
    "letter",
    "contract",
    "report",
    "recipe",
    "invoice",
    "ticket",
    "minutes",
    "drawing",
    "protocol",
    "budget",
    "plan",
    "poem",
    "notice",
    "diary",
)
DOES = (
    "describes",
    "forgets",
    "repeats",
    "mentions",
    "promises",
    "explains",
    "lists",
    "compares",
    "measures",
    "praises",
    "rejects",
    "quotes",
)
WHO = (
    "Anna",
    "Jo",
    "Miller",
    "Weber",
    "Okafor",
    "Tanaka",
    "Rossi",
    "Novak",
    "Haddad",
    "Lindgren",
    "Silva",
    "Kowalski",
    "Moreau",
    "Petrov",
)


def text(seed: int, words: int = 300) -> str:
    """An essay that shares no more with another one than essays do."""
    chance = random.Random(seed)
    sentences: list[str] = []
    while sum(map(len, map(str.split, sentences))) < words:
        parts = [chance.choice(these) for these in (WHO, DOES, THINGS, PLACES, WHO, DOES, THINGS, PLACES)]
        sentences.append("{} {} the {} of the {}, and {} {} each {} near that {}.".format(*parts))
    return " ".join(sentences)


def edited(original: str, share: float, *, piece: int = 1, seed: int = 0) -> str:
    """The text with a share of its words replaced, in runs of `piece` words."""
    chance = random.Random(seed)
    words = original.split()
    for number in range(max(1, round(share * len(words) / piece))):
        at = chance.randrange(max(1, len(words) - piece))
        words[at : at + piece] = [f"new{number}x{place}" for place in range(piece)]
    return " ".join(words)


def invoice(month: int) -> str:
    """One of twelve bills that say the same but for their numbers."""
    used = 300 + 17 * month * month % 90
    return (
        f"Greenfield Energy, 12 Harbour Road, Bristol BS1 4QA, company 0482913. Invoice 2026-{1180 + 7 * month}. "
        f"Customer 55710032, Anna Weber, 12 Garden Street. Meter at the beginning {10300 + 312 * month}, at the end "
        f"{10300 + 312 * month + used}, used {used} kWh at 0.2873 each. Energy {used * 0.2873:.2f}, standing charge "
        f"14.20, together {used * 0.2873 + 14.2:.2f}, with tax {(used * 0.2873 + 14.2) * 1.05:.2f}. It is taken from "
        "the account GB29 6016 1331 9268 by direct debit on the fourteenth day after this letter. If you have any "
        "questions about this bill please call 0800 555 0199 or write to us at the address above, from Monday to "
        "Friday. Thank you for being with us. You can use less by switching lamps off when you leave the room."
    )
