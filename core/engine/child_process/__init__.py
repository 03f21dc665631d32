"""Child processes that never outlive Findling: the parent-death guard, and helper programs run to their end."""
