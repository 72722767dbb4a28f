"""Commands that compute many runs at once."""
