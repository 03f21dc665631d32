"""The chart of packaging/kubernetes: its objects with some values, and the rules that they must keep."""
