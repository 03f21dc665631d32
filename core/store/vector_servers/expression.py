"""Filters of a vector store as expressions, which each store renders in its own language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.store.catalogue.vectors_table import Ids

Field = Literal["passage", "content"]


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """The field has one of these values (shape: n)."""

    field: Field
    values: Ids


@dataclass(frozen=True, slots=True)
class Between:
    """The field is at least `low` and below `high`."""

    field: Field
    low: int
    high: int


Expression = OneOf | Between


def matches(expression: Expression, passages: Ids, contents: Ids) -> npt.NDArray[np.bool_]:
    """Which rows, given by their passages and contents, an expression holds for."""
    values = passages if expression.field == "passage" else contents
    if isinstance(expression, OneOf):
        return np.isin(values, expression.values)
    return (values >= expression.low) & (values < expression.high)
