"""Capacity in the tables: between bracketed days, and how well the mesh resolves it."""
