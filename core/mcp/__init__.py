"""Tools for assistants by the Model Context Protocol: they search and read, and change nothing."""
