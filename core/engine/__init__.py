"""The process that makes vectors: the embedded engine, and what starts and watches one."""
