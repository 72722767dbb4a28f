"""Verbs for finished results: read them, turn them, put them side by side."""
