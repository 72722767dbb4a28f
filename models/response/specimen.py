"""A mesh between platens, ready to be solved."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.fem import Elasticity
from vertebra.fem.limit.body import LimitBody
from vertebra.fem.systems.platens import platen_supports
from vertebra.meshes.caps import end_faces
from vertebra.meshes.tetmesh import TetMesh
from vertebra.scenarios.schema import Scenario

from ..computed import computed
from ..geometry import Geometry
from ..strength.limit_body import limit_body

SOFT = ("discs",)
"""Ends that take most of the platens' approach."""


@dataclass(frozen=True, eq=False)
class Specimen:
    """A mesh with its ends, held by platens, ready to be solved for any moduli.

    Attributes
    ----------
    mesh : TetMesh
    problem : Elasticity
    height_mm : float [mm]
        Mean height of the bone as it is.
    intact_height_mm : float [mm]
        Mean height of the bone before the fracture.
    pivot : ndarray, shape (3,) [mm]
        Middle of the intact upper endplate: the platen turns about it, and moments refer to it.
    soft_ends : bool
        Whether strain of the body must be read between its endplates, not between the platens.
    parts : ndarray of int, shape (m,), or None
        Number of the part of each cell across whose borders strain may jump; that of its region unless given.
    like : Specimen or None
        Of the same cells, with which this one shares what places of nodes do not decide.
    """

    mesh: TetMesh
    problem: Elasticity
    height_mm: float
    intact_height_mm: float
    pivot: np.ndarray
    soft_ends: bool = False
    parts: np.ndarray | None = None
    like: "Specimen | None" = None

    @classmethod
    def of(cls, scenario: Scenario, geometry: Geometry, intact: Geometry, like: Self | None = None) -> Self:
        """Hold a geometry between platens; a free platen turns about the middle of the intact upper endplate.

        Parameters
        ----------
        scenario : Scenario
            Its ends, rotation and method of solution.
        geometry, intact : Geometry
            As it is, and before the fracture.
        like : Specimen, optional
            Of the same body in another geometry: its solver is taken over as far as places of nodes do not matter.
        """
        modes = ("axial",) if scenario.loading.rotation == "fixed" else ("axial", "flexion", "lateral")
        pivot = intact.mesh.points[intact.mesh.node_sets["superior_endplate"]].mean(axis=0)
        mesh = geometry.mesh
        if like is None:
            problem = hold(mesh, pivot, modes, scenario.solver.method)
        else:
            problem = like.problem.moved(mesh.points, platens(mesh, pivot, modes))
        return cls(
            mesh=mesh,
            problem=problem,
            height_mm=geometry.heights.mean_mm,
            intact_height_mm=intact.heights.mean_mm,
            pivot=pivot,
            soft_ends=scenario.loading.ends in SOFT,
            parts=_parts(geometry),
            like=like,
        )

    def anew(self) -> Self:
        """The same mesh between the same platens with a solver of its own."""
        return self._with(self.problem.anew())

    def again(self) -> Self:
        """The same, whose solver takes over the aggregates of this one."""
        return self._with(self.problem.again())

    def _with(self, problem: Elasticity) -> Self:
        """Another solver, and what has been found of the mesh."""
        other = copy(self)
        object.__setattr__(other, "problem", problem)
        return other

    @property
    def turns(self) -> bool:
        """Whether the upper platen turns freely on its ball joint."""
        return self.problem.n_modes > 1

    @computed
    def patches(self) -> tuple[np.ndarray, int]:
        """Number of the node and part of each corner of each cell, (4 m,), and how many of them there are."""
        parts = self.mesh.region if self.parts is None else self.parts
        key = parts.astype(np.int64)[:, None] * self.mesh.n_points + self.mesh.cells[:, :4]
        each, number = np.unique(key.ravel(), return_inverse=True)
        return number, len(each)

    @computed
    def limit_body(self) -> LimitBody:
        """The bone between its ends as limit analysis sees it."""
        return limit_body(self.mesh) if self.like is None else self.like.limit_body.moved(self.mesh.points)

    @computed
    def gauge(self) -> np.ndarray | None:
        """How much each displacement shortens the bone, (n, 3) [-]; None where platens and endplates go together."""
        return bone_gauge(self.mesh) if self.soft_ends else None


def _parts(geometry: Geometry) -> np.ndarray:
    """Region of each cell, inside or outside of the crushed band and of the cement; (m,)."""
    cemented = (
        np.zeros(geometry.mesh.n_cells, int) if geometry.cement is None else geometry.cement.fraction > 0.5
    )
    return 4 * geometry.mesh.region.astype(int) + 2 * (geometry.zone > 0.5) + cemented


def hold(mesh: TetMesh, pivot: np.ndarray, modes: Sequence[str], method: str = "auto") -> Elasticity:
    """Put a mesh between a fixed lower and a moving upper platen; `modes` as for `fem.platens.platen_supports`."""
    return Elasticity(mesh.points, mesh.cells, platens(mesh, pivot, modes), method=method)


def platens(mesh: TetMesh, pivot: np.ndarray, modes: Sequence[str]) -> np.ndarray:
    """Supports of a mesh between platens, shape (k, n, 3) [mm]."""
    faces = mesh.node_sets["inferior_face"], mesh.node_sets["superior_face"]
    return platen_supports(mesh.points, *faces, modes=modes, pivot=pivot)


def bone_gauge(mesh: TetMesh) -> np.ndarray:
    """Shortening of the bone as a sum over displacements: the mean approach of the two endplates.

    Means are taken over the end surfaces as seen along z, as the mean height is.

    Parameters
    ----------
    mesh : TetMesh

    Returns
    -------
    ndarray, shape (n, 3) [-]
        Its sum with displacements (n, 3) is the shortening.
    """
    gauge = np.zeros((mesh.n_points, 3))
    for side, sign in (("inferior", 1.0), ("superior", -1.0)):
        faces = end_faces(mesh, side)[:, :3]
        first, second, third = np.moveaxis(mesh.points[faces, :2], 1, 0)
        a, b = second - first, third - first
        area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
        np.add.at(gauge[:, 2], faces, sign * (area / area.sum())[:, None] / 3)
    return gauge
