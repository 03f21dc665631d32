"""Checks of the chart in packaging/kubernetes that need other programs than Findling's own."""
