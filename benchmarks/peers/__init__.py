"""One file per peer: `solve(case, system)` and, where it can, `series(case, system, history, n_points)`.

Each file states what it needs to be imported or found (`MODULES`, `PROGRAM`, or `lacks()` where that must be tried),
whether it wants the assembled system (`NEEDS_SYSTEM`), up to how many unknowns it is asked (`LARGEST`), and which
histories it takes, where not all (`HISTORIES`).
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import numpy as np

PEERS = {
    "vertebra": "vertebra_multigrid",
    "pyamg": "pyamg_aggregation",
    "superlu": "scipy_superlu",
    "scikit-fem": "skfem_assembly",
    "pardiso": "pypardiso_direct",
    "petsc": "petsc_gamg",
    "pymor": "pymor_basis",
    "ngsolve": "ngsolve_jacobi",
    "calculix": "calculix_program",
}
"""Name on the command line to module."""


@dataclass(frozen=True)
class Outcome:
    """What a peer did.

    Attributes
    ----------
    seconds : dict of str to float
        Stages: `assembly`, `setup`, `solve`; a peer that only solves has no `assembly`. Others are details.
    displacement : ndarray, shape (n, 3) [mm], or None
        None where the peer only assembles.
    iterations : int, optional
    details : dict
        Anything else worth a column.
    """

    seconds: dict[str, float]
    displacement: np.ndarray | None
    iterations: int | None = None
    details: dict = field(default_factory=dict)


@dataclass(frozen=True)
class SeriesOutcome:
    """A series of solves.

    Attributes
    ----------
    cold : float [s]
        One cold solve of the same problem in the same process.
    total : float [s]
        The whole series from a bare mesh: pattern and first hierarchy are in it.
    iterations : int
        Over the whole series.
    energies : ndarray, shape (n_points,) [N mm]
        Energy u K u at every point.
    details : dict
    """

    cold: float
    total: float
    iterations: int
    energies: np.ndarray
    details: dict = field(default_factory=dict)


def load_peer(name: str) -> ModuleType:
    """Import the module of a peer; its libraries are imported when it runs."""
    return import_module(f"{__name__}.{PEERS[name]}")


def missing(name: str) -> str:
    """What this peer needs and does not find; empty where it can run."""
    peer = load_peer(name)
    for module in getattr(peer, "MODULES", ()):
        if find_spec(module) is None:
            return f"module {module} is not installed"
    program = getattr(peer, "PROGRAM", "")
    if program and shutil.which(program) is None:
        return f"program {program} is not on the path"
    return peer.lacks() if hasattr(peer, "lacks") else ""


def present(names: Sequence[str]) -> list[str]:
    """Those of the named peers that can run; says what the others lack."""
    found = []
    for name in names:
        lack = missing(name)
        if lack:
            print(f"without {name}: {lack}")
        else:
            found.append(name)
    return found
