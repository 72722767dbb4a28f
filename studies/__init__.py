"""Whole computations: one run, one scenario on several meshes."""
