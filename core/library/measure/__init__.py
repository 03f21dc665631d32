"""How well each way of searching finds what the user opened: judgements, measures, and the comparison."""
