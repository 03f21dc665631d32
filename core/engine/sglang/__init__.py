"""SGLang on a graphics card: how it is started, its memory, and what its log means."""
