"""The order of hits: fusion, calibration, reranking and collapsing of near-duplicates."""
