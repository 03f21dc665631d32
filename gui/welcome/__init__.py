"""The welcome: three steps from the first start to the first search."""
