"""What the window shows in place of results: welcome and no results."""
