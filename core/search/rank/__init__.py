"""The order of hits: fusion, calibration, reranking and collapse of near-duplicates."""
