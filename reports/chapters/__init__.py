"""Chapters of the report, each from the tables and the manifest of a run."""
