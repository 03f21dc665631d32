"""A model's weights: downloaded from a hub, verified, deleted; or in a folder that a person has already."""
