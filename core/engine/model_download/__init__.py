"""A model's weights: downloaded from a hub, verified, deleted; or in a folder that the user has already."""
