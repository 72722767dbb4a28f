"""The scene of a result, served on loopback."""
