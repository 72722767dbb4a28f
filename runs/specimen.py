"""A mesh between platens, ready to be solved."""

from dataclasses import dataclass

from vertebra.fem import Elasticity
from vertebra.fem.platens import platen_supports
from vertebra.meshes.heights import body_heights
from vertebra.meshes.tetmesh import TetMesh
from vertebra.scenarios.schema import Scenario


@dataclass(frozen=True)
class Specimen:
    """A mesh with its ends, held by platens, ready to be solved for any moduli."""

    mesh: TetMesh
    problem: Elasticity
    height_mm: float


def make_specimen(mesh: TetMesh, intact: TetMesh, scenario: Scenario) -> Specimen:
    """Hold a mesh between platens; a free platen turns about the middle of the intact upper endplate."""
    modes = ("axial",) if scenario.loading.rotation == "fixed" else ("axial", "flexion", "lateral")
    supports = platen_supports(
        mesh.points,
        mesh.node_sets["inferior_face"],
        mesh.node_sets["superior_face"],
        modes=modes,
        pivot=intact.points[intact.node_sets["superior_endplate"]].mean(axis=0),
    )
    problem = Elasticity(mesh.points, mesh.cells, supports, method=scenario.solver.method)
    return Specimen(mesh, problem, body_heights(mesh).mean_mm)
