"""What other programs may ask of an open library: one function for each operation, for the socket and the commands."""

from core.api.local import LocalAnswers
from core.api.operations import operations_of, registered
from core.api.people import operations_for

__all__ = ["LocalAnswers", "operations_for", "operations_of", "registered"]
