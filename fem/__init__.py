"""Numerics of linear elasticity on tetrahedra, with no knowledge of bone.

Units and layout, once for the whole room: mm, N, MPa; moments N mm. Strain and stress in Voigt order
xx yy zz yz xz xy with engineering shear. Arrays are float64 unless a kernel says otherwise, cell axis first:
(cell, quadrature, ...); connectivity is int32 (cell, node) in VTK order. Where there are
several load modes they form the first axis: (mode, node, 3).
"""

from .cells.anisotropy import Anisotropy, Orthotropy, axes_along
from .multigrid.krylov import NotConverged
from .solve import Elasticity, Solution

__all__ = ["Anisotropy", "Elasticity", "NotConverged", "Orthotropy", "Solution", "axes_along"]
