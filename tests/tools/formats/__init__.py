"""python -m tests.tools.formats: what is read of each kind of file, beside other libraries."""
