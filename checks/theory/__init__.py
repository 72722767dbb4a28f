"""Cases with a known solution."""
