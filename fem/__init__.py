"""Numerics of linear elasticity on tetrahedra; has never heard of bone."""
