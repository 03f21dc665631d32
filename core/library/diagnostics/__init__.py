"""Why a file is found or not, whether a library is consistent, and how a damaged one is recovered."""
