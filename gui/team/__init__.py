"""What a team library found, in a part of the window of its own."""
