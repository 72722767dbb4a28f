"""Vertebrae from surface files: read, closed, stood upright, cut into smooth maps, filled with tetrahedra."""

from .reading import read_surface

__all__ = ["read_surface"]
