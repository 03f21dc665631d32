"""A server that somebody else runs, on this machine or another one: any OpenAI-compatible one."""
