"""Desktop portals: what sandboxed programs, and all programs on Wayland, ask of the desktop over the session bus."""
