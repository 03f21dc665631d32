"""SGLang's own environment: installed, repaired, updated and removed; or one that a person has already."""
