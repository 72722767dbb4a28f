"""The share of the stiffness that a mesh adds, beside what finer meshes find."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from vertebra.checks.observed.bench import bench
from vertebra.fem import Elasticity
from vertebra.fem.systems.platens import platen_supports
from vertebra.meshes.shapes import box
from vertebra.models.response.mesh_error import stiffness_error
from vertebra.models.response.specimen import Specimen
from vertebra.models.response.unit_force import UnitForce

CEMENT = 'arms=[{name="filled",cement={day=0,volume_ml=4}}]'


@cache
def meshed(*mesh):
    return bench("main", CEMENT, mesh=mesh)


def state(name, *mesh):
    vertebra = meshed(*mesh)
    return {"intact": vertebra.intact, "wedge": vertebra.fresh, "cement": lambda: vertebra.filled("filled")}[
        name
    ]()


@pytest.mark.parametrize("name", ["intact", "wedge", "cement"])
def test_the_stated_error_of_a_coarse_mesh_holds_the_stiffness_of_a_fine_one(name):
    coarse = state(name, "mesh.parametric.edge_mm=4", "mesh.order=1")
    fine = state(name, "mesh.parametric.edge_mm=3", "mesh.order=2")
    excess = 1 - fine.stiffness / coarse.stiffness
    assert 0 < excess < coarse.stiffness_error < 3 * excess
    assert fine.stiffness_error < coarse.stiffness_error / 2


def test_a_bar_of_even_stress_has_no_error():
    points, cells = box((10.0, 8.0, 12.0), (2, 2, 4))
    ends = [np.flatnonzero(np.isclose(points[:, 2], z)) for z in (0.0, 12.0)]
    problem = Elasticity(points, cells, platen_supports(points, *ends, modes=("axial",)))
    n = len(cells)
    mesh = SimpleNamespace(n_points=len(points), cells=cells, region=np.zeros(n, int))
    specimen = Specimen(mesh, problem, 12.0, 12.0, np.zeros(3))
    young, poisson = np.full(n, 200.0), np.zeros(n)
    unit = UnitForce.of(problem.solve(young, poisson, tolerance=1e-12))
    assert stiffness_error(specimen, young, poisson, unit) == pytest.approx(0, abs=1e-12)
