"""The search box, the chips of a query and dropping onto it."""
