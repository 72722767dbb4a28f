"""Numerics of linear elasticity on tetrahedra; has never heard of bone.

Units and layout, once for the whole room: mm, N, MPa; moments N mm. Strain and stress in Voigt order
xx yy zz yz xz xy with engineering shear. Arrays are float64 unless a kernel says otherwise, cell axis first:
(cell, quadrature, ...); connectivity is int32 (cell, node) in VTK order. Load modes, where there are several,
are the first axis of all: (mode, node, 3).
"""

from .cells.anisotropy import Anisotropy, Orthotropy, axes_along
from .multigrid.krylov import NotConverged
from .solve import Elasticity, Solution

__all__ = ["Anisotropy", "Elasticity", "NotConverged", "Orthotropy", "Solution", "axes_along"]
