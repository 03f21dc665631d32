"""Who may open a library: its directory, its lock, its control socket and its event log."""
