"""The list of hits: model, view and delegate."""
