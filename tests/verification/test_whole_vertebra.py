"""The axial force of a whole vertebra runs through its body, so that a section of the body is a section.

Caps stand on the endplates alone: arch and processes hang on the body and lie beside it only where the roots
of the pedicles do. The force through a section follows from virtual work: with v = phi(zeta) e_z, phi rising from
0 to 1 within the section, F = integral of sigma : grad v over all cells; the cells of the body give their share.
"""

import dataclasses

import numpy as np
import pytest
from whole_vertebra import whole_vertebra

from vertebra.fem import Elasticity
from vertebra.fem.systems.platens import platen_supports
from vertebra.materials.failure.yield_law import YIELD_LAW
from vertebra.materials.mixture import MixedProperties
from vertebra.meshes.caps import add_caps
from vertebra.meshes.heights import body_heights
from vertebra.meshes.quality import cell_volumes
from vertebra.models.response.reading import Reading
from vertebra.models.response.specimen import Specimen
from vertebra.models.strength.bracket import LimitAnalysis
from vertebra.scenarios.loading_section import Capacity

YOUNG, STRENGTH, POISSON = 300.0, 2.0, 0.3


def body_alone(mesh):
    """The same mesh without arch and processes."""
    kept = mesh.is_body
    used, corners = np.unique(mesh.cells[kept], return_inverse=True)
    number = np.full(mesh.n_points, -1)
    number[used] = np.arange(len(used))
    sets = {name: number[nodes] for name, nodes in mesh.node_sets.items()}
    return dataclasses.replace(
        mesh,
        points=mesh.points[used],
        cells=corners.reshape(-1, 4).astype(np.int32),
        region=mesh.region[kept],
        zeta=mesh.zeta[used],
        layer=mesh.layer[kept],
        shell_fraction=mesh.shell_fraction[kept],
        endplate_fraction=mesh.endplate_fraction[kept],
        node_sets={name: nodes[nodes >= 0].astype(np.int32) for name, nodes in sets.items()},
    )


def measured(bone):
    mesh = add_caps(bone)
    everywhere = np.ones(mesh.n_cells)
    strength = np.where(mesh.is_bone, STRENGTH, 1000.0)
    properties = MixedProperties(
        np.where(mesh.is_bone, YOUNG, 2500.0), POISSON * everywhere, strength, 0.9 * strength
    )
    faces = mesh.node_sets["inferior_face"], mesh.node_sets["superior_face"]
    problem = Elasticity(mesh.points, mesh.cells, platen_supports(mesh.points, *faces, modes=("axial",)))
    solution = problem.solve(properties.young, properties.poisson, tolerance=1e-10)
    height = body_heights(mesh).mean_mm
    specimen = Specimen(mesh, problem, height, height, mesh.points[faces[1]].mean(axis=0))
    found = Reading(specimen, properties, solution, Capacity()).measured
    bracket = LimitAnalysis(specimen, properties, YIELD_LAW).bracket
    return mesh, dataclasses.replace(found, row=found.row | {"capacity_N": bracket.force})


@pytest.fixture(scope="module")
def whole():
    return measured(whole_vertebra()[1])


def test_sections_of_the_body_carry_the_axial_force(whole):
    mesh, found = whole
    corners = mesh.points[mesh.cells]
    gradient = np.linalg.inv(corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1)
    gradient = np.concatenate([-gradient.sum(axis=1, keepdims=True), gradient], axis=1)
    volume = cell_volumes(mesh.points, mesh.cells)
    n_layers = mesh.layer.max() + 1
    through_body = []
    for index in range(n_layers):
        rise = np.clip(mesh.zeta * n_layers - index, 0, 1)[mesh.cells]
        slope = np.einsum("ca,cai->ci", rise, gradient)
        force = -(found.stress[:, [4, 3, 2]] * slope).sum(axis=1) * volume
        assert force.sum() == pytest.approx(1, abs=1e-6)
        through_body.append(force[mesh.is_body].sum())
    assert through_body[0] == pytest.approx(1, abs=0.01)  # below the pedicles nothing else is there
    assert min(through_body) > 0.93


def test_arch_hardly_changes_what_the_body_bears(whole):
    _, alone = measured(body_alone(whole_vertebra()[1]))
    with_arch = whole[1].row
    assert 1.0 <= with_arch["stiffness_N_per_mm"] / alone.row["stiffness_N_per_mm"] < 1.05
    assert with_arch["capacity_N"] / alone.row["capacity_N"] == pytest.approx(1, abs=0.05)
    assert with_arch["pistoia_N"] / alone.row["pistoia_N"] == pytest.approx(1, abs=0.1)
