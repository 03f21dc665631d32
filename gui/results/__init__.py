"""The result list: model, view and delegate."""
