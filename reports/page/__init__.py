"""The page about a result, chapter by chapter."""
