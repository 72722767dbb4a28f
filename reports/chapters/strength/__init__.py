"""Chapters of what the vertebra bears beyond one axial force: tests, bending, neighbours."""
