"""Meshes to files of other programs."""
