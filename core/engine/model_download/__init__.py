"""A model's files: fetched from a hub, checked, deleted; or a folder that a person has."""
