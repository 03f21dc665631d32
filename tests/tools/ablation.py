"""Parts of the ranking left out, and limits of time lifted, so that one run measures a part and not the machine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from core.library.session import second_model


@contextmanager
def without_second_model() -> Iterator[None]:
    """Search as where there is no second model: the first hits are reranked by their sentences alone."""
    with mock.patch.object(second_model, "is_understood", return_value=False):
        yield


@contextmanager
def without_time_limit() -> Iterator[None]:
    """Have the second model read all that it is to read: on a busy machine it would read less, and rank otherwise."""
    with mock.patch.object(second_model, "BUDGET_SECONDS", math.inf):
        yield
