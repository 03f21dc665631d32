"""SGLang's own environment: made, mended, renewed and removed; or one that a person has."""
