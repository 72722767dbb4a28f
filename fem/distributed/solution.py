"""Equilibrium found by processes of their own, as a value of this one."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ..cells.moduli import Moduli
from ..multigrid.krylov import NotConverged
from ..solution import Basis, Solution
from ..systems.equilibrium import work
from ..systems.system import LoadModes, System, relative_size
from .worker import PetscWorker

ABOVE = 10.0
"""Residual over the tolerance above which an answer is refused: the residual of the iteration drifts a little."""


@dataclass(frozen=True)
class DistributedSolution(Solution):
    """Equilibrium of one set of moduli, found elsewhere; its residual was formed here.

    Attributes
    ----------
    processes : int
        That have found it.
    seconds : dict of str to float [s]
        Processor time of the first of them in `assembly`, `setup` of the hierarchy and `solve`.
    """

    processes: int
    seconds: dict[str, float]
    _found: np.ndarray = field(repr=False)

    @cached_property
    def displacement(self) -> np.ndarray:
        """Shape (n, 3) or (k, n, 3) [mm]."""
        return self._face(self._found)


def solve_elsewhere(
    system: System, modes: LoadModes, moduli: Moduli, worker: PetscWorker, tolerance: float
) -> DistributedSolution:
    """Equilibrium by PETSc; what comes back is checked by the residual that it leaves in this process.

    No matrix is formed here, so that this process holds the mesh and a few fields only.

    Parameters
    ----------
    system : System
    modes : LoadModes
    moduli : Moduli
        Isotropic.
    worker : PetscWorker
    tolerance : float

    Raises
    ------
    ValueError
        Some cells have a direction.
    WorkerFailed
    NotConverged
    """
    if moduli.aligned is not None:
        text = "method is 'petsc' with an anisotropy, expected isotropic moduli. Take the method iterative."
        raise ValueError(text)
    held = system.constraints.held
    given = {"points": system.points, "cells": system.cells, "held": held, "prescribed": modes.prescribed}
    given |= {"lam": moduli.lam, "mu": moduli.mu}
    given |= {} if modes.forces is None else {"forces": modes.forces}
    found = worker.solve(given, system.geometry.element, tolerance)
    force = system.internal(moduli, found.displacement)
    asked = 0.0 if modes.forces is None else modes.forces
    load = np.where(held, 0.0, asked - system.held_force(moduli, modes.prescribed))
    residual = relative_size(np.where(held, 0.0, asked - force), load)
    if not residual <= ABOVE * tolerance:
        text = (
            f"PETSc left a relative residual of {residual:.2e}, expected at most {tolerance:.0e}. Check supports, "
            "mesh and moduli, or take the method iterative."
        )
        raise NotConverged(text, [residual])
    energy = work(found.displacement, force)
    return DistributedSolution(
        energy=energy if modes.stacked else float(energy[0, 0]),
        iterations=found.iterations,
        residual=residual,
        method="petsc",
        _system=system,
        _modes=modes,
        _read_moduli=lambda: moduli,
        _basis=Basis(np.empty((0, 0, 3))),
        _coefficients=np.empty((len(found.displacement), 0)),
        processes=found.processes,
        seconds=found.seconds,
        _found=found.displacement,
    )
