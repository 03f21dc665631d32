"""Results of Findling in the search of the desktop: GNOME Shell's overview and KRunner, over the session bus."""
