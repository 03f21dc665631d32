"""SGLang on a card: how it is started, what it may take there, what its words mean."""
