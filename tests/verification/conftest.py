"""Whole vertebrae that several verifications share: parametric L1 between platens, coarse."""

from dataclasses import dataclass

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.systems.platens import platen_supports
from vertebra.meshes.caps import add_caps
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.tetmesh import TetMesh


@dataclass(frozen=True)
class Specimen:
    """A vertebra with caps, its moduli, and the unit motions of its upper platen."""

    mesh: TetMesh
    young: np.ndarray
    poisson: np.ndarray
    supports: np.ndarray
    problem: Elasticity

    @property
    def lower(self):
        return self.mesh.node_sets["inferior_face"]

    @property
    def upper(self):
        return self.mesh.node_sets["superior_face"]


def make_specimen(order):
    """Uneven trabecular bone in a stiff shell, 4 mm edge."""
    mesh = add_caps(parametric_body("L1", 4.0, order), 10.0)
    by_region = np.array([300.0, 6000.0, 2000.0, 2000.0, 2500.0, 2500.0])
    young = by_region[mesh.region]
    core = mesh.in_region("trabecular")
    young[core] *= np.random.default_rng(5).uniform(0.3, 3.0, core.sum())
    poisson = np.where(mesh.is_bone, 0.3, 0.35)
    supports = platen_supports(
        mesh.points,
        mesh.node_sets["inferior_face"],
        mesh.node_sets["superior_face"],
        modes=("axial", "flexion", "lateral"),
    )
    return Specimen(mesh, young, poisson, supports, Elasticity(mesh.points, mesh.cells, supports))


@pytest.fixture(scope="session")
def linear_vertebra():
    """4-node tetrahedra, 4000 unknowns."""
    return make_specimen(1)


@pytest.fixture(scope="session")
def quadratic_vertebra():
    """10-node tetrahedra, 31 000 unknowns."""
    return make_specimen(2)
