"""PETSc in processes of its own: the answers of this process, whatever the number of processes."""

import importlib.util
import os
import shutil
import subprocess

import numpy as np
import pytest

from vertebra.fem import Elasticity, NotConverged
from vertebra.fem.cells.anisotropy import Anisotropy, Orthotropy
from vertebra.fem.cells.elements import tetrahedron
from vertebra.fem.distributed import petsc_program
from vertebra.fem.distributed.worker import PetscWorker, WorkerFailed
from vertebra.meshes.shapes import box

if hasattr(os, "geteuid") and os.geteuid() == 0:  # Open MPI asks to be told twice
    os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
DEBIAN = PetscWorker()
TWO = PetscWorker(("mpiexec", "--oversubscribe", "-n", "2", *DEBIAN.words))
PETSC = pytest.mark.skipif(
    not DEBIAN.version, reason="no interpreter with petsc4py is here: apt install python3-petsc4py"
)
MPI = pytest.mark.skipif(
    shutil.which("mpiexec") is None or not TWO.version, reason="mpiexec cannot start two processes here"
)
WORKERS = [pytest.param(DEBIAN, marks=PETSC, id="one"), pytest.param(TWO, marks=[PETSC, MPI], id="two")]


def bar(order, n=(4, 3, 6)):
    """A bar with a soft layer, held at the bottom and pressed, bent and turned at the top."""
    points, cells = box((4.0, 3.0, 6.0), n, order)
    supports = np.full((2, *points.shape), np.nan)
    supports[:, points[:, 2] == 0] = 0.0
    top = points[:, 2] == 6.0
    supports[0, top] = [0.0, 0.0, -0.1]
    supports[1, top] = 0.01 * np.cross([0.3, 1.0, 0.5], points[top])
    soft = abs(points[cells].mean(axis=1)[:, 2] - 3.0) < 1.0
    return points, cells, supports, np.where(soft, 2.0, 500.0), np.where(soft, 0.4, 0.3)


@pytest.mark.filterwarnings("ignore::vertebra.fem.cells.locking.LockingWarning")
@pytest.mark.parametrize("worker", WORKERS)
@pytest.mark.parametrize("order", [1, 2])
def test_petsc_gives_the_answer_of_this_process(order, worker):
    points, cells, supports, young, poisson = bar(order)
    loads = np.zeros((2, *points.shape))
    loads[:, (points[:, 0] == 4.0) & (points[:, 2] > 2), 1] = 0.3
    ours = Elasticity(points, cells, supports, method="direct").solve(young, poisson, loads)
    theirs = Elasticity(points, cells, supports, method="petsc", worker=worker).solve(
        young, poisson, loads, tolerance=1e-10
    )
    assert theirs.method == "petsc"
    assert theirs.processes == (2 if worker is TWO else 1)
    assert theirs.residual < 1e-9
    for name in ("displacement", "reaction", "energy"):
        found, expected = np.asarray(getattr(theirs, name)), np.asarray(getattr(ours, name))
        assert np.abs(found - expected).max() < 1e-7 * np.abs(expected).max(), name
    assert np.abs(theirs.stress() - ours.stress()).max() < 1e-7 * np.abs(ours.stress()).max()


@PETSC
def test_nodes_held_in_part_slide():
    """Uniaxial strain of a slab between frictionless walls: stress is (lam + 2 mu) eps, (1.4) of any textbook."""
    points, cells = box((1.0, 1.0, 1.0), (2, 2, 2), 1)
    supports = np.full(points.shape, np.nan)
    for axis in range(3):
        supports[(points[:, axis] == 0) | (points[:, axis] == 1), axis] = 0.0
    supports[points[:, 2] == 1, 2] = -0.02
    found = Elasticity(points, cells, supports, method="petsc").solve(100.0, 0.25, tolerance=1e-11)
    mu, lam = 40.0, 40.0
    assert found.stress()[..., 2] == pytest.approx(-0.02 * (lam + 2 * mu), rel=1e-8)
    assert found.displacement[:, 2] == pytest.approx(-0.02 * points[:, 2], abs=1e-11)


@PETSC
def test_a_body_that_can_move_is_refused_with_its_residuals():
    points, cells = box((1.0, 1.0, 1.0), (2, 2, 2), 1)
    supports = np.full(points.shape, np.nan)
    loads = np.zeros(points.shape)
    loads[points[:, 2] == 1, 2] = 1.0
    supports[0] = 0.0  # one node: the body turns around it
    loads[:, 0] = points[:, 2]
    with pytest.raises(NotConverged, match="PETSc"):
        Elasticity(points, cells, supports, method="petsc").solve(1e-12 * np.ones(len(cells)), 0.3, loads)


@pytest.mark.parametrize("order", [1, 2])
def test_element_stiffness_is_that_of_this_process(order):
    points, cells, _, young, poisson = bar(order, (1, 1, 2))
    element = tetrahedron(cells.shape[1])
    mu = young / (2 * (1 + poisson))
    lam = 2 * mu * poisson / (1 - 2 * poisson)
    blocks = petsc_program.element_stiffness(points[cells], lam, mu, element.gradient, element.weight)
    dense = np.zeros((len(points), 3, len(points), 3))
    for nodes, block in zip(cells, blocks, strict=True):
        for a, i in enumerate(nodes):
            for b, j in enumerate(nodes):
                dense[i, :, j, :] += block[a, :, b, :]
    free = np.full(points.shape, np.nan)
    free[0] = 0.0
    free[points[:, 2] == 0] = 0.0
    problem = Elasticity(points, cells, free)
    stiffness, _ = problem.system(young, poisson)
    rows = problem._system.pattern.node
    theirs = dense[np.ix_(rows, range(3), rows, range(3))].reshape(3 * len(rows), -1)
    assert theirs == pytest.approx(stiffness.toarray(), rel=1e-10, abs=1e-10 * theirs.max())


@pytest.mark.parametrize("cut", [1, 5, 100])
def test_rows_do_not_depend_on_how_they_are_shared_out(cut, monkeypatch):
    points, cells, supports, young, _ = bar(1, (2, 2, 3))
    element = tetrahedron(4)
    held = ~np.isnan(supports[0])
    order, place = petsc_program.slabs(points, held)
    moving = int(np.count_nonzero(~held.all(axis=1)))
    assert not held[order[:moving]].all(axis=1).any()
    assert 0 < moving < len(points)
    read = {
        "points": points[order],
        "cells": cells,
        "lam": young,
        "mu": young / 3,
        "held": held[order],
        "prescribed": np.where(held, supports, 0.0)[:, order],
        "forces": None,
        "gradient": element.gradient,
        "weight": element.weight,
    }
    whole = petsc_program.own_rows(0, moving, place, read, moving)
    monkeypatch.setattr(petsc_program, "ROWS", cut)
    middle = moving // 3
    parts = [petsc_program.own_rows(*ends, place, read, moving) for ends in ((0, middle), (middle, moving))]
    assert np.diff(whole[0]).tolist() == [count for part in parts for count in np.diff(part[0])]
    for at, axis in ((1, 0), (2, 0), (3, 1)):
        joined = np.concatenate([part[at] for part in parts], axis=axis)
        assert np.allclose(joined, whole[at], rtol=1e-13, atol=1e-12)


def test_an_interpreter_that_cannot_be_started_is_named():
    points, cells, supports, young, _ = bar(1)
    worker = PetscWorker(("no-such-interpreter",))
    assert worker.version == ""
    with pytest.raises(WorkerFailed, match=r"no-such-interpreter cannot be started.*VERTEBRA_PETSC"):
        Elasticity(points, cells, supports, method="petsc", worker=worker).solve(young, 0.3)


def test_an_interpreter_that_dies_is_named(tmp_path):
    script = tmp_path / "python3"
    script.write_text("#!/bin/sh\necho no petsc here >&2\nexit 3\n")
    script.chmod(0o755)
    try:
        subprocess.run([script], capture_output=True, check=False)
    except OSError:
        pytest.skip("no shell starts scripts here")
    points, cells, supports, young, _ = bar(1)
    worker = PetscWorker((str(script),))
    with pytest.raises(WorkerFailed, match="ended with status 3 and said: no petsc here"):
        Elasticity(points, cells, supports, method="petsc", worker=worker).solve(young, 0.3)


def test_what_petsc_does_not_do_is_refused():
    points, cells, supports, young, _ = bar(1)
    problem = Elasticity(points, cells, supports, method="petsc")
    with pytest.raises(ValueError, match="method is 'petsc' for moduli that change"):
        problem.stepper()
    wood = Orthotropy(young=(0.5, 0.5), poisson=(0.3, 0.3, 0.2), shear=(0.2, 0.2, 0.2))
    anisotropy = Anisotropy(wood, np.full(len(cells), 0.5))
    with pytest.raises(ValueError, match="'petsc' with an anisotropy"):
        problem.solve(young, 0.3, anisotropy=anisotropy)


def test_the_program_needs_nothing_of_this_package():
    source = importlib.util.find_spec("vertebra.fem.distributed.petsc_program").origin
    with open(source, encoding="utf-8") as stream:
        imports = [line.split()[1] for line in stream if line.startswith(("import ", "from "))]
    assert set(imports) <= {"glob", "json", "os", "sys", "time", "typing", "numpy"}


def test_rigid_motions_move_what_is_free_and_leave_what_is_held():
    points = np.random.default_rng(1).normal(size=(7, 3))
    held = np.zeros((7, 3), bool)
    held[0] = held[1, 2] = True
    motions = petsc_program.rigid_motions(points, held).reshape(6, 7, 3)
    assert (motions[:, held] == 0).all()
    free = motions[:, 2:]
    apart = free[:, 1:] - free[:, :1]
    along = points[3:] - points[2]
    assert np.linalg.matrix_rank(free.reshape(6, -1)) == 6
    assert np.abs(np.einsum("rni,ni->rn", apart, along)).max() < 1e-12  # distances stay


@PETSC
def test_rigid_motions_keep_iterations_few():
    points, cells, supports, young, poisson = bar(1, n=(9, 7, 14))
    solution = Elasticity(points, cells, supports, method="petsc", worker=DEBIAN).solve(young, poisson)
    assert solution.iterations < 40
    assert set(solution.seconds) == {"assembly", "setup", "solve"}
