"""Linear elasticity by PETSc, on as many processes as MPI starts: conjugate gradients with GAMG and rigid motions.

A program for an interpreter of its own, which needs petsc4py and numpy (1 or 2) and nothing of vertebra:

    python3 petsc_program.py FOLDER

takes the arrays that `worker.PetscWorker.solve` leaves in the folder and writes there what it reads.
Nodes that can move are ordered along the longest side of the body and shared out in slabs; every process assembles the
rows of its own nodes from the cells around them, so that no process ever holds the whole matrix. Nodes that are held in
all directions stand behind them and have no rows: aggregates of them would have no rigid motion.
"""

import glob
import json
import os
import sys
import time
from typing import Any

import numpy as np

DEBIAN = "/usr/lib/petscdir/*/*-real/lib/python3/dist-packages"
"""Where Debian puts petsc4py; its interpreter finds it there only with the development files of PETSc."""
ROWS = 2000
"""Nodes whose rows are assembled together: bounds the memory of element matrices."""
LEAN = {"matptap_via": "allatonce", "matproduct_ptap_via": "allatonce"}
"""Coarse matrices without an intermediate product, which only several processes can: they need half the memory."""
MOST = 2000
"""Iterations at most."""
STAGES = ("assembly", "setup", "solve")
"""Whose processor time is reported."""


def load_petsc():
    """Import PETSc."""
    try:
        import petsc4py  # pyright: ignore[reportMissingImports]
    except ImportError:
        sys.path += sorted(glob.glob(DEBIAN))
        import petsc4py  # pyright: ignore[reportMissingImports]
    petsc4py.init([])
    from petsc4py import PETSc  # pyright: ignore[reportMissingImports]

    return PETSc


def slabs(points, held):
    """Order of nodes along the longest side, those held in all directions last, and the place of each in it; (n,)."""
    axis = int(np.argmax(np.ptp(points, axis=0)))
    order = np.lexsort((points[:, axis], held.all(axis=1)))
    place = np.empty(len(points), np.int32)
    place[order] = np.arange(len(points), dtype=np.int32)
    return order, place


def element_stiffness(points, lam, mu, gradient, weight):
    """Stiffness of cells, shape (s, a, 3, a, 3) [N/mm].

    K_aibj = sum_q w_q (lam g_ai g_bj + mu g_aj g_bi + mu delta_ij g_a . g_b)

    Parameters
    ----------
    points : ndarray, shape (s, a, 3) [mm]
    lam, mu : ndarray, shape (s,) [MPa]
    gradient : ndarray, shape (q, a, 3) [-]
        Of the shape functions along r, s, t.
    weight : ndarray, shape (q,) [-]
    """
    total = np.zeros((len(points), points.shape[1], 3, points.shape[1], 3))
    for along, w in zip(gradient, weight, strict=True):
        jacobian = np.einsum("sai,aj->sij", points, along)
        g = np.einsum("aj,sji->sai", along, np.linalg.inv(jacobian))
        size = np.abs(np.linalg.det(jacobian)) * w
        first = np.einsum("s,sai,sbj->saibj", size * lam, g, g)
        second = np.einsum("s,saj,sbi->saibj", size * mu, g, g)
        third = np.einsum("s,sak,sbk,ij->saibj", size * mu, g, g, np.eye(3))
        for part in (first, second, third):
            total += part
    return total


def assemble_rows(begin, end, nodes, arrays, moving):
    """Rows of nodes begin to end, in the order of slabs.

    Parameters
    ----------
    begin, end : int
    nodes : ndarray of int32, shape (s, a)
        Places of the nodes of all cells around them.
    arrays : dict of str to ndarray
        `points`, `lam`, `mu` of those cells, `gradient`, `weight`; `held` (n, 3), `prescribed` (k, n, 3) and
        `forces` (k, n, 3) or None, in the order of slabs.
    moving : int
        Number of nodes that are not held in all directions: those that have a column.

    Returns
    -------
    count : ndarray of int32, shape (end - begin,)
        Blocks in each row.
    column : ndarray of int32, shape (b,)
    block : ndarray, shape (b, 3, 3)
        Rows and columns of prescribed displacements are zero but for the diagonal.
    rhs : ndarray, shape (k, end - begin, 3) [N]
    """
    held, prescribed, forces = arrays["held"], arrays["prescribed"], arrays["forces"]
    stiffness = element_stiffness(
        arrays["points"], arrays["lam"], arrays["mu"], arrays["gradient"], arrays["weight"]
    )
    cell, corner = np.nonzero((nodes >= begin) & (nodes < end))
    row = np.repeat(nodes[cell, corner] - begin, nodes.shape[1])
    column = nodes[cell].ravel()
    block = np.moveaxis(stiffness[cell, corner], 2, 1).reshape(-1, 3, 3)  # (pair, i, b, j) to (pair b, i, j)
    key = row.astype(np.int64) * len(held) + column
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(key[order]) != 0])
    block = np.add.reduceat(block[order], first, axis=0)
    row, column = row[order][first], column[order][first]
    starts = np.flatnonzero(np.r_[True, np.diff(row) != 0])  # every node has a cell
    rhs = -np.add.reduceat(np.einsum("bij,kbj->kbi", block, prescribed[:, column]), starts, axis=1)
    if forces is not None:
        rhs = rhs + forces[:, begin:end]
    rhs = np.where(held[begin:end], 0.0, rhs)
    kept = column < moving
    row, column, block = row[kept], column[kept], block[kept]
    count = np.bincount(row, minlength=end - begin).astype(np.int32)
    diagonal = np.flatnonzero(column == row + begin)
    own = block[diagonal][:, [0, 1, 2], [0, 1, 2]].copy()
    block *= ~held[row + begin][:, :, None] & ~held[column][:, None, :]
    block[diagonal[:, None], [0, 1, 2], [0, 1, 2]] = own
    return count, column.astype(np.int32), block, rhs


def scalar_rows(count, column, block):
    """Three rows of numbers for each row of blocks, which is what GAMG takes.

    Parameters
    ----------
    count : ndarray of int32, shape (r,)
        Blocks in each row.
    column : ndarray of int32, shape (b,)
    block : ndarray, shape (b, 3, 3)

    Returns
    -------
    length : ndarray of int32, shape (3 r,)
        Numbers in each row.
    index : ndarray of int32, shape (9 b,)
    value : ndarray, shape (9 b,)
    """
    start = np.r_[0, np.cumsum(count)[:-1]]
    row = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(column)) - start[row]
    first = 9 * start[row] + 3 * within
    place = first[:, None, None] + 3 * count[row][:, None, None] * np.arange(3)[:, None] + np.arange(3)
    index, value = np.empty(block.size, np.int32), np.empty(block.size)
    index[place.ravel()] = np.broadcast_to(3 * column[:, None, None] + np.arange(3), block.shape).ravel()
    value[place.ravel()] = block.ravel()
    return np.repeat(3 * count, 3), index, value


def own_rows(begin, end, place, read, moving):
    """Rows of the unknowns of nodes begin to end in CSR form, and right-hand sides (k, end - begin, 3).

    Parameters
    ----------
    begin, end : int
    place : ndarray of int32, shape (n,)
    read : dict of str to ndarray
        As `worker.PetscWorker.solve` leaves them, nodal ones in the order of slabs.
    moving : int
        Number of nodes that are not held in all directions.
    """
    nodes = place[read["cells"]]
    mine = np.flatnonzero((nodes.max(axis=1) >= begin) & (nodes.min(axis=1) < end))
    nodes = nodes[mine]
    lengths, indices, values, rhs = [], [], [], []
    for low in range(begin, end, ROWS):
        high = min(low + ROWS, end)
        here = np.flatnonzero(((nodes >= low) & (nodes < high)).any(axis=1))
        arrays = dict(read)
        arrays["points"] = read["points"][nodes[here]]
        arrays["lam"], arrays["mu"] = read["lam"][mine[here]], read["mu"][mine[here]]
        count, column, block, b = assemble_rows(low, high, nodes[here], arrays, moving)
        length, index, value = scalar_rows(count, column, block)
        lengths.append(length)
        indices.append(index)
        values.append(value)
        rhs.append(b)
    indptr = np.r_[0, np.cumsum(np.concatenate(lengths))].astype(np.int32)
    return indptr, np.concatenate(indices), np.concatenate(values), np.concatenate(rhs, axis=1)


def rigid_motions(points, held):
    """Six rigid motions of nodes (n, 3), zero where held, shape (6, 3 n)."""
    x, y, z = (points - points.mean(axis=0)).T
    o, i = np.zeros_like(x), np.ones_like(x)
    modes = [(i, o, o), (o, i, o), (o, o, i), (o, -z, y), (z, o, -x), (-y, x, o)]
    return np.array([np.where(held, 0.0, np.stack(mode, axis=1)).ravel() for mode in modes])


def near_null_space(PETSc, K, points, held):  # noqa: N803
    """Null space of the free body, made orthonormal across processes; `points` and `held` of the own nodes."""
    vectors = []
    for mode in rigid_motions(points, held):
        vector = K.createVecRight()
        vector.setArray(mode)
        for _ in range(2):  # twice is enough
            for other in vectors:
                vector.axpy(-vector.dot(other), other)
        if vector.norm() > 1e-10:
            vector.normalize()
            vectors.append(vector)
    return PETSc.NullSpace().create(vectors=vectors, comm=K.comm)


def solve(PETSc, folder):  # noqa: N803
    """Solve the problem in a folder; every process writes the displacements of its own nodes."""
    with open(os.path.join(folder, "settings.json"), encoding="utf-8") as stream:
        settings = json.load(stream)
    names = ("points", "cells", "lam", "mu", "held", "prescribed", "forces", "gradient", "weight")
    read: dict[str, Any] = {
        name: np.load(os.path.join(folder, name + ".npy"), mmap_mode="r", allow_pickle=False)
        if os.path.isfile(os.path.join(folder, name + ".npy"))
        else None
        for name in names
    }
    comm = PETSc.COMM_WORLD
    clock = [time.process_time()]
    for name, way in LEAN.items() if comm.size > 1 else ():
        PETSc.Options()[name] = way
    order, place = slabs(np.asarray(read["points"]), np.asarray(read["held"]))
    n = int(np.count_nonzero(~np.asarray(read["held"]).all(axis=1)))
    begin, end = (n * comm.rank) // comm.size, (n * (comm.rank + 1)) // comm.size
    for name in ("points", "held"):
        read[name] = np.asarray(read[name])[order]
    for name in ("prescribed", "forces"):
        read[name] = None if read[name] is None else np.asarray(read[name])[:, order]
    indptr, indices, values, rhs = own_rows(begin, end, place, read, n)
    size = (3 * (end - begin), 3 * n)
    K = PETSc.Mat().createAIJ(size=(size, size), bsize=3, csr=(indptr, indices, values), comm=comm)
    del indptr, indices, values
    K.setOption(PETSc.Mat.Option.SYMMETRIC, True)
    clock.append(time.process_time())
    K.setNearNullSpace(near_null_space(PETSc, K, read["points"][begin:end], read["held"][begin:end]))
    ksp = PETSc.KSP().create(comm)
    ksp.setOperators(K)
    ksp.setType("cg")
    ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
    ksp.setTolerances(rtol=settings["tolerance"], atol=1e-300, max_it=MOST)
    ksp.setConvergenceHistory()
    ksp.getPC().setType("gamg")
    ksp.setUp()
    clock.append(time.process_time())
    b, x = K.createVecLeft(), K.createVecRight()
    found, iterations, reasons, history = [], [], [], []
    for load in rhs:
        b.setArray(load.ravel())
        ksp.setConvergenceHistory(reset=True)
        ksp.solve(b, x)
        found.append(x.getArray().reshape(-1, 3).copy())
        iterations.append(ksp.getIterationNumber())
        reasons.append(int(ksp.getConvergedReason()))
        history.append([float(each) for each in ksp.getConvergenceHistory()])
    clock.append(time.process_time())
    mine = read["prescribed"][:, begin:end] + np.where(read["held"][begin:end], 0.0, np.array(found))
    np.save(os.path.join(folder, f"displacement-{comm.rank:05d}.npy"), mine)
    np.save(os.path.join(folder, f"nodes-{comm.rank:05d}.npy"), order[begin:end])
    if comm.rank == 0:
        np.save(os.path.join(folder, "displacement-held.npy"), read["prescribed"][:, n:])
        np.save(os.path.join(folder, "nodes-held.npy"), order[n:])
        report = {
            "processes": comm.size,
            "petsc": ".".join(map(str, PETSc.Sys.getVersion())),
            "iterations": iterations,
            "reasons": reasons,
            "history": history,
            "seconds": dict(zip(STAGES, np.diff(clock).tolist(), strict=True)),
        }
        with open(os.path.join(folder, "report.json"), "w", encoding="utf-8") as stream:
            json.dump(report, stream)


def main():
    """Solve the problem in the folder that is named, or print the version of PETSc."""
    PETSc = load_petsc()  # noqa: N806
    if sys.argv[1] == "--version":
        print(".".join(map(str, PETSc.Sys.getVersion())))
        return
    solve(PETSc, sys.argv[1])


if __name__ == "__main__":
    main()
