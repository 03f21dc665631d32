"""Programs that work for a while, such as a download: run, cancelled, never left behind."""
