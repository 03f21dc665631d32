"""SGLang's own environment: installed, repaired, updated and removed; or one that the user has already."""
