"""Geometry in, tetrahedra with named regions out."""
