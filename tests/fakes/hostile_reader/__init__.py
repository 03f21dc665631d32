"""A hostile reader: the real worker process, taken over by the document that it reads.

Each of its attacks is a function that raises OSError where it is refused. What it could do is checked by the tests
from the outside; what it says of itself is only a hint.
"""
