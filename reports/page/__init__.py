"""The page about a result, section by section."""
